//! Numbers and texts as bytes, the lowest first. What cannot be read is `None`: cells are computed
//! anew then.

/// Bytes in the making.
#[derive(Default)]
pub struct Written(pub Vec<u8>);

impl Written {
    pub fn u32(&mut self, number: u32) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    pub fn u64(&mut self, number: u64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    pub fn i64(&mut self, number: i64) {
        self.u64(number.cast_unsigned());
    }

    pub fn count(&mut self, count: usize) {
        self.u32(u32::try_from(count).expect("a store has fewer than four billion of anything"));
    }

    pub fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    pub fn texts(&mut self, texts: &[String]) {
        self.count(texts.len());
        for text in texts {
            self.text(text);
        }
    }

    pub fn all<const N: usize>(&mut self, numbers: impl Iterator<Item = [u8; N]>) {
        numbers.for_each(|number| self.0.extend_from_slice(&number));
    }
}

/// Bytes that are read from the front.
pub struct Unread<'a>(pub &'a [u8]);

impl<'a> Unread<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    pub fn u64(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    pub fn i64(&mut self) -> Option<i64> {
        self.u64().map(u64::cast_signed)
    }

    pub fn count(&mut self) -> Option<usize> {
        self.u32().and_then(|count| count.try_into().ok())
    }

    pub fn text(&mut self) -> Option<String> {
        let count = self.count()?;
        String::from_utf8(self.take(count)?.to_vec()).ok()
    }

    pub fn texts(&mut self) -> Option<Vec<String>> {
        (0..self.count()?).map(|_| self.text()).collect()
    }

    /// The next `count` numbers of `N` bytes each.
    pub fn all<const N: usize>(
        &mut self,
        count: usize,
    ) -> Option<impl Iterator<Item = [u8; N]> + use<'a, N>> {
        let bytes = self.take(count.checked_mul(N)?)?;
        Some(bytes.as_chunks::<N>().0.iter().copied())
    }
}
