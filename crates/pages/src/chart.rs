//! Pictures of numbers: each has a title, a description for those who do not see it, and the same numbers in a table.
//!
//! Colours and widths of lines are the style sheet's; here are only shapes with classes, so that a picture follows light,
//! dark and print. Reading order: [`Figure`], `canvas` and `scale` (how to draw), then one file for each kind of picture.

mod bars;
mod canvas;
mod curve;
mod forest;
mod interval;
mod quadrant;
mod scale;
mod timeline;
mod trend;

pub use bars::{Bar, bars};
pub use curve::{At, Line, curve};
pub use forest::forest;
pub use interval::{Measured, interval, mini};
pub use quadrant::quadrant;
pub use timeline::{Stretch, timeline};
pub use trend::{Point, trend};

/// A picture with all that belongs to it; the macro `figure` of `macros.html` lays it out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Figure {
    /// Unique on its page.
    pub id: String,
    pub title: String,
    /// Markup, every text in it escaped; empty where there is nothing to draw.
    pub svg: String,
    /// Said in place of the picture, where there is nothing to draw.
    pub empty: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Figure {
    /// A figure without a picture, which says why.
    #[must_use]
    pub fn without(id: &str, title: &str, why: &str) -> Figure {
        Figure {
            id: id.to_owned(),
            title: title.to_owned(),
            empty: why.to_owned(),
            ..Figure::default()
        }
    }
}

fn columns(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What every picture keeps to, whatever it is given.
    fn sound(figure: &Figure) {
        let svg = &figure.svg;
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        assert!(!svg.contains("<script") && !svg.contains("style="), "{svg}");
        if svg.is_empty() {
            assert!(!figure.empty.is_empty(), "{figure:?}");
        } else {
            assert!(svg.contains("<title id=") && svg.contains("<desc id="), "{svg}");
            assert!(!figure.rows.is_empty(), "{figure:?}");
        }
        assert!(figure.rows.iter().all(|row| row.len() == figure.columns.len()), "{figure:?}");
    }

    fn measured() -> Measured {
        Measured {
            title: "<script>".to_owned(),
            state: "undecided".to_owned(),
            unit: "share".to_owned(),
            estimate: Some(0.5),
            low: Some(0.4),
            high: None,
            at_least: Some(0.45),
            ..Measured::default()
        }
    }

    #[test]
    fn pictures_are_sound_with_numbers_of_any_kind() {
        for odd in [Some(f64::NAN), Some(f64::INFINITY), None, Some(0.0), Some(1e300), Some(-3.0)] {
            sound(&interval("a", &Measured { estimate: odd, ..measured() }));
            sound(&forest(
                "f",
                "t",
                &[Measured { estimate: odd, low: odd, ..measured() }, measured()],
            ));
            sound(&interval("a", &Measured { low: odd, high: odd, at_most: odd, ..measured() }));
            assert!(!mini("m", &Measured { estimate: odd, ..measured() }).contains("NaN"));
            let point = Point {
                at: "1 Nov".to_owned(),
                value: odd,
                low: odd,
                high: odd,
                rests_on: "n = 1".to_owned(),
            };
            sound(&trend("b", "t<", "share", &[point.clone(), point], Some(0.5), odd));
            let at = At { x: odd.unwrap_or(1.0), y: odd, low: odd, high: odd };
            let line = Line { name: "<b>".to_owned(), points: vec![at; 3], is_stepped: true };
            sound(&curve("c", "t", ("load", "×"), ("cost", "EUR"), &[line], odd));
            let bar = Bar {
                name: "<i>".to_owned(),
                value: odd,
                rests_on: "n = 3".to_owned(),
                is_marked: true,
            };
            sound(&bars("d", "t", "share", &[bar]));
        }
        sound(&trend("b", "t", "share", &[], None, None));
        sound(&timeline("e", "t", jiff::civil::date(2026, 11, 1), &[]));
    }

    #[test]
    fn an_interval_lies_on_the_side_of_its_threshold() {
        let of = |low, high| Measured {
            low: Some(low),
            high: Some(high),
            estimate: Some(low),
            ..measured()
        };
        let x = |svg: &str, class: &str, key: &str| -> f64 {
            let (_, rest) = svg.split_once(&format!("class=\"{class}\"")).expect("it is drawn");
            let (_, rest) = rest.split_once(&format!("{key}=\"")).expect("it has a place");
            rest.split('"').next().and_then(|number| number.parse().ok()).expect("a number")
        };
        let above = interval("a", &of(0.5, 0.6)).svg;
        assert!(x(&above, "reach", "x1") > x(&above, "threshold", "x1"), "{above}");
        let below = interval("a", &of(0.3, 0.4)).svg;
        assert!(x(&below, "reach", "x2") < x(&below, "threshold", "x1"), "{below}");
    }

    #[test]
    fn bets_without_dates_stand_in_the_table_of_the_timeline_alone() {
        let day = jiff::civil::date;
        let stretch = |from, to| Stretch {
            name: "a".to_owned(),
            from,
            to,
            state: "continue".to_owned(),
            said: "10 days left".to_owned(),
        };
        let dated = stretch(Some(day(2026, 10, 1)), Some(day(2026, 12, 1)));
        let figure = timeline("e", "t", day(2026, 11, 1), &[dated, stretch(None, None)]);
        sound(&figure);
        assert_eq!(
            (figure.rows.len(), figure.svg.matches("class=\"stretch continue ahead").count()),
            (2, 1)
        );
    }
}
