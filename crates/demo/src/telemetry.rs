//! Eight weeks of simulated telemetry, in the order of the calls. It takes the same memory however
//! many calls there are.

use std::io::{self, Write};

use jiff::civil::Date;

use crate::behaviour::BEHAVIOURS;
use crate::calendar::{DAY_MS, DAYS, Rhythm, first_day, last_day};
use crate::call::{Call, Now, Setting};
use crate::capture::Capture;
use crate::chance::{Chance, mixed};
use crate::export::{Files, IDS_PER_CALL};
use crate::population::{Population, users};
use crate::row::DayNames;

pub const CALLS_FILE: &str = "assistant_calls.csv";
pub const DECISIONS_FILE: &str = "decisions.csv";
pub const JUDGEMENTS_FILE: &str = "judgements.csv";
pub const TEXTS_FILE: &str = "texts.csv";

/// Progress is told this often.
const CALLS_PER_PROGRESS: u64 = 1 << 16;

/// A simulation, ready to be written.
#[derive(Debug, Clone, Copy)]
pub struct Telemetry {
    seed: u64,
    interactions: u64,
    last_day: Date,
}

/// Where the four files go.
pub struct Outputs<'a> {
    pub calls: &'a mut dyn Write,
    pub decisions: &'a mut dyn Write,
    pub judgements: &'a mut dyn Write,
    pub texts: &'a mut dyn Write,
}

impl Telemetry {
    /// The same seed, number and day give the same bytes.
    #[must_use]
    pub fn new(seed: u64, interactions: u64, today: Date) -> Telemetry {
        Telemetry { seed, interactions, last_day: last_day(today) }
    }

    /// Writes the four files at once. `progress` is told how many calls are written, now and then
    /// and at the end.
    pub fn write(&self, mut outputs: Outputs<'_>, progress: &mut dyn FnMut(u64)) -> io::Result<()> {
        let days = DayNames::new(first_day(self.last_day), DAYS);
        let mut files = Files::new(&mut outputs, &days, self.last_day);
        let mut story = Story::new(self);
        let capture = Capture::new(self.interactions);
        for number in 0..self.interactions {
            let call = story.next(number, self.interactions);
            files.write(&call, capture.keeps(number, call.at_ms))?;
            if (number + 1) % CALLS_PER_PROGRESS == 0 {
                progress(number + 1);
            }
        }
        files.finish()?;
        progress(self.interactions);
        Ok(())
    }
}

/// Everything that the next call depends on.
struct Story {
    chance: Chance,
    rhythm: Rhythm,
    days: Vec<Day>,
    populations: Vec<Population>,
    /// Makes the ids of two seeds differ.
    id_key: u64,
}

impl Story {
    fn new(telemetry: &Telemetry) -> Story {
        let mut chance = Chance::seeded(telemetry.seed);
        let id_key = mixed(telemetry.seed.wrapping_add(1));
        let populations = populations(&mut chance, telemetry.interactions, mixed(id_key));
        let days: Vec<Day> = (0..DAYS).map(Day::new).collect();
        let rhythm = Rhythm::new(first_day(telemetry.last_day), |day| days[day].volume);
        Story { chance, rhythm, days, populations, id_key }
    }

    fn next(&mut self, number: u64, of: u64) -> Call {
        let share = (number as f64 + self.chance.uniform()) / of as f64;
        let at_ms = self.rhythm.moment_ms(share);
        let day = usize::try_from(at_ms / DAY_MS).expect("the story has 56 days");
        let place = self.days[day].pick(self.chance.uniform());
        let setting = Setting {
            feature: place,
            behaviour: &BEHAVIOURS[place],
            now: &self.days[day].features[place],
            user: self.populations[place].pick(&mut self.chance, day),
        };
        let ids = number.wrapping_mul(IDS_PER_CALL).wrapping_add(self.id_key);
        Call::draw(&mut self.chance, &setting, at_ms, ids)
    }
}

/// The people of each feature; half of them use the next one too.
fn populations(chance: &mut Chance, interactions: u64, first_person: u64) -> Vec<Population> {
    let mut person = first_person;
    let mut populations = Vec::with_capacity(BEHAVIOURS.len());
    for behaviour in &BEHAVIOURS {
        let count = users(behaviour.users, interactions);
        populations.push(Population::new(chance, behaviour, count, person));
        person = person.wrapping_add(count as u64 / 2);
    }
    populations
}

/// How all features stand on one day.
struct Day {
    features: [Now; BEHAVIOURS.len()],
    volume: f64,
}

impl Day {
    fn new(day: usize) -> Day {
        let features = BEHAVIOURS.each_ref().map(|behaviour| Now::new(behaviour, day));
        Day { volume: features.iter().map(|now| now.volume).sum(), features }
    }

    /// The feature that a draw from 0 to 1 falls on.
    fn pick(&self, draw: f64) -> usize {
        let mut left = draw * self.volume;
        for (place, now) in self.features.iter().enumerate() {
            if left < now.volume {
                return place;
            }
            left -= now.volume;
        }
        BEHAVIOURS.len() - 1
    }
}
