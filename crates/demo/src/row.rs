//! One CSV file in the making: fields are formatted without allocating, rows leave in large pieces.

use std::io::{self, Write};

use jiff::civil::Date;

use crate::calendar::DAY_MS;

/// How much is kept before it is handed on.
const PIECE_BYTES: usize = 1 << 17;

/// Days as text, so that a time needs no calendar arithmetic.
pub struct DayNames {
    names: Vec<[u8; 10]>,
}

impl DayNames {
    pub fn new(first: Date, days: usize) -> DayNames {
        let names = first.series(jiff::Span::new().days(1)).take(days).map(|day| {
            let mut name = [0; 10];
            let text = day.to_string();
            name.copy_from_slice(&text.as_bytes()[..10]);
            name
        });
        DayNames { names: names.collect() }
    }
}

/// A CSV file that is being written.
pub struct Rows<'a> {
    out: &'a mut dyn Write,
    days: &'a DayNames,
    text: Vec<u8>,
}

impl<'a> Rows<'a> {
    pub fn new(out: &'a mut dyn Write, days: &'a DayNames, header: &str) -> Rows<'a> {
        let mut text = Vec::with_capacity(PIECE_BYTES + 1024);
        text.extend_from_slice(header.as_bytes());
        text.push(b'\n');
        Rows { out, days, text }
    }

    /// Text that needs no quotes.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.text.extend_from_slice(text.as_bytes());
        self.comma()
    }

    /// Any text, in quotes.
    pub fn quoted(&mut self, text: &str) -> &mut Self {
        self.text.push(b'"');
        for (place, part) in text.split('"').enumerate() {
            if place > 0 {
                self.text.extend_from_slice(b"\"\"");
            }
            self.text.extend_from_slice(part.as_bytes());
        }
        self.text.push(b'"');
        self.comma()
    }

    pub fn empty(&mut self) -> &mut Self {
        self.comma()
    }

    /// A prefix and 16 hexadecimal digits.
    pub fn id(&mut self, prefix: &str, number: u64) -> &mut Self {
        let mut digits = [0; 16];
        for (place, digit) in digits.iter_mut().rev().enumerate() {
            *digit = b"0123456789abcdef"[(number >> (4 * place) & 0xf) as usize];
        }
        self.text.extend_from_slice(prefix.as_bytes());
        self.text.extend_from_slice(&digits);
        self.comma()
    }

    pub fn integer(&mut self, number: u64) -> &mut Self {
        let (digits, from) = decimal_digits(number);
        self.text.extend_from_slice(&digits[from..]);
        self.comma()
    }

    /// A number that is not negative, rounded to `places` decimal places.
    pub fn decimal(&mut self, number: f64, places: u32) -> &mut Self {
        let one = 10_u64.pow(places);
        let scaled = whole(number * one as f64);
        let (digits, from) = decimal_digits(scaled / one);
        self.text.extend_from_slice(&digits[from..]);
        self.text.push(b'.');
        let (digits, _) = decimal_digits(scaled % one);
        self.text.extend_from_slice(&digits[DIGITS - places as usize..]);
        self.comma()
    }

    /// A time in RFC 3339 with milliseconds, from milliseconds since the first day.
    pub fn time(&mut self, at_ms: u64) -> &mut Self {
        let day = usize::try_from(at_ms / DAY_MS).expect("a few hundred days fit");
        let ms = at_ms % DAY_MS;
        self.text.extend_from_slice(&self.days.names[day]);
        let mut clock = *b"T00:00:00.000Z";
        put_two(&mut clock[1..3], ms / 3_600_000);
        put_two(&mut clock[4..6], ms / 60_000 % 60);
        put_two(&mut clock[7..9], ms / 1000 % 60);
        put_two(&mut clock[10..12], ms % 1000 / 10);
        clock[12] = digit(ms % 10);
        self.text.extend_from_slice(&clock);
        self.comma()
    }

    /// Ends the row.
    pub fn end(&mut self) -> io::Result<()> {
        if let Some(last) = self.text.last_mut() {
            *last = b'\n';
        }
        if self.text.len() >= PIECE_BYTES { self.hand_on() } else { Ok(()) }
    }

    /// Hands on what is left.
    pub fn finish(mut self) -> io::Result<()> {
        self.hand_on()?;
        self.out.flush()
    }

    fn comma(&mut self) -> &mut Self {
        self.text.push(b',');
        self
    }

    fn hand_on(&mut self) -> io::Result<()> {
        self.out.write_all(&self.text)?;
        self.text.clear();
        Ok(())
    }
}

/// The digits that a `u64` can have.
const DIGITS: usize = 20;

/// The digits, zeros before them, and where the first one that matters is.
fn decimal_digits(mut number: u64) -> ([u8; DIGITS], usize) {
    let mut digits = [b'0'; DIGITS];
    let mut from = DIGITS - 1;
    loop {
        digits[from] = digit(number);
        number /= 10;
        if number == 0 || from == 0 {
            return (digits, from);
        }
        from -= 1;
    }
}

fn put_two(place: &mut [u8], number: u64) {
    place[0] = digit(number / 10);
    place[1] = digit(number);
}

fn digit(number: u64) -> u8 {
    b'0' + (number % 10) as u8
}

/// The nearest whole number, 0 for what lies below.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast from f64 saturates, and what is simulated is small"
)]
pub fn whole(number: f64) -> u64 {
    (number + 0.5) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(write: impl FnOnce(&mut Rows<'_>)) -> String {
        let days = DayNames::new(jiff::civil::date(2026, 2, 28), 3);
        let mut out = Vec::new();
        let mut rows = Rows::new(&mut out, &days, "h");
        write(&mut rows);
        rows.end().expect("a vector takes everything");
        rows.finish().expect("a vector takes everything");
        String::from_utf8(out).expect("only text was written").replacen("h\n", "", 1)
    }

    #[test]
    fn fields_are_written_as_a_warehouse_would() {
        let written = row(|rows| {
            rows.id("call_", 0xff).text("a").empty().integer(0).integer(u64::MAX);
            rows.decimal(0.012_345_6, 6).decimal(12.95, 1).decimal(0.0, 2);
            rows.quoted("say \"no\", or\nnot")
                .time(0)
                .time(DAY_MS + 3_723_045)
                .time(2 * DAY_MS + DAY_MS - 1);
        });
        assert_eq!(
            written,
            "call_00000000000000ff,a,,0,18446744073709551615,0.012346,13.0,0.00,\
             \"say \"\"no\"\", or\nnot\",2026-02-28T00:00:00.000Z,2026-03-01T01:02:03.045Z,2026-03-02T23:59:59.999Z\n"
        );
    }
}
