//! How often intervals shut out the truth at any of ninety daily looks, and how wide they end, for
//! ours and for what others do. An ordinary program: `just bench-grid [RUNS] [PEOPLE]`.
//!
//! Each run simulates people who come over time, differ in their rates and in how much they use the
//! feature, and come back with rates that move. `wrong` is the share of runs in which at least one
//! look shut the truth out; `width` is the mean width at the last look over that of Student's
//! interval over people for that one look, which is right for one look only and not near 0 and 1.
//! Methods in brackets are computed at the last look only. `unseen alone` is what no interval that
//! holds for every distribution can fall short of.

#[path = "grid/peers.rs"]
mod peers;
#[path = "grid/people.rs"]
mod people;

use std::sync::atomic::{AtomicUsize, Ordering};

use peers::{Interval, Moments};
use people::{DAYS, Person, Population, Use, World};
use trueup_stats::{Estimate, Looks, difference, mean, quantile, ratio};

const ALPHA: f64 = 0.05;
const THREADS: usize = 2;
const SHARE: (f64, f64) = (0.0, 1.0);
const AMOUNT: (f64, f64) = (0.0, f64::INFINITY);
const ONE_LOOK: Looks = Looks { alpha: ALPHA, planned: 1 };

/// A method's name and its interval on a day, from 1.
type Methods = Vec<(&'static str, Interval)>;

/// What one simulated time-box shows: the methods' intervals on each day, and the width to compare
/// with on the last.
type Run<'a> = &'a (dyn Fn(u64, &mut dyn FnMut(Methods)) -> f64 + Sync);

/// From runs and people to the text of a row.
type Measure = fn(usize, usize) -> String;

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|argument| argument.parse().ok());
    let runs: usize = numbers.next().unwrap_or(100);
    let people: usize = numbers.next().unwrap_or(200);
    println!("{runs} runs, {people} people, {DAYS} daily looks, alpha {ALPHA}");
    println!(
        "each cell: share of runs wrong at any look, width at the end over Student's for one look"
    );
    let others: [(&str, Measure); 6] = [
        ("designs of looking, width on day 45", |runs, people| designs(runs, people, 45)),
        ("designs of looking, width on day 90", |runs, people| designs(runs, people, DAYS)),
        ("cost per use", costs),
        ("median latency", medians),
        ("difference of acceptance .90 and .85", differences),
        ("the same, without a difference", no_differences),
    ];
    in_parallel(&others, |(name, measure)| format!("{name}: {}", measure(runs, people)));
    let cells = acceptance_cells(people);
    in_parallel(&cells, |(name, world)| {
        let rates = people::rates(world.rate);
        let truth = rates.iter().sum::<f64>() / rates.len() as f64;
        let run = |seed: u64, look: &mut dyn FnMut(Methods)| acceptance(*world, &rates, seed, look);
        row(name, truth, runs, &run)
    });
}

fn acceptance_cells(people: usize) -> Vec<(String, World)> {
    let mut cells = Vec::new();
    for rate in [0.5, 0.9, 0.95, 0.99] {
        for events in [1.0, 5.0, 20.0, 50.0] {
            for (uses, how) in [(Use::Even, "even"), (Use::Skewed, "skewed")] {
                for (returning, who) in [(false, "once"), (true, "returning")] {
                    // Who comes once for one event is neither skewed nor returning.
                    if events < 2.0 && (returning || uses == Use::Skewed) {
                        continue;
                    }
                    let name = format!("{rate} {events:>2} {how:>6} {who:>9}");
                    cells.push((name, World { rate, events, uses, returning, people }));
                }
            }
        }
    }
    cells
}

/// Works on all cells with few threads and prints each result when it is there.
fn in_parallel<T: Sync>(cells: &[T], work: impl Fn(&T) -> String + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(cell) = cells.get(next.fetch_add(1, Ordering::Relaxed)) {
                    println!("{}", work(cell));
                }
            });
        }
    });
}

/// One line of the table: for each method how often it was wrong and how wide it ended.
fn row(name: &str, truth: f64, runs: usize, run: Run<'_>) -> String {
    let mut wrong: Vec<f64> = Vec::new();
    let mut widths: Vec<f64> = Vec::new();
    let (mut names, mut compared) = (Vec::new(), 0.0);
    for seed in 0..runs as u64 {
        let mut shut_out: Vec<bool> = Vec::new();
        let mut last = Vec::new();
        compared += run(seed, &mut |methods| {
            shut_out.resize(methods.len(), false);
            for (out, (_, (low, high))) in shut_out.iter_mut().zip(&methods) {
                *out |= truth < low - 1e-12 || truth > high + 1e-12;
            }
            last = methods;
        });
        names = last.iter().map(|(name, _)| *name).collect();
        wrong.resize(last.len(), 0.0);
        widths.resize(last.len(), 0.0);
        for (index, (_, (low, high))) in last.iter().enumerate() {
            wrong[index] += f64::from(u32::from(shut_out[index])) / runs as f64;
            widths[index] += high - low;
        }
    }
    let cells = names.iter().zip(wrong.iter().zip(&widths));
    let text: Vec<String> = cells
        .map(|(name, (wrong, width))| {
            let wide = width / compared;
            let at_the_end = name.starts_with('(');
            let wrong = if at_the_end { String::new() } else { format!("{:.1}% ", wrong * 100.0) };
            format!("{name} {wrong}{wide:.2}x")
        })
        .collect();
    format!("{name} | {}", text.join(" | "))
}

fn ends(estimate: Option<Estimate>) -> Interval {
    estimate.map_or((f64::NEG_INFINITY, f64::INFINITY), |found| (found.low, found.high))
}

fn present(population: &Population, day: u32) -> impl Iterator<Item = &Person> {
    population.people.iter().filter(move |person| person.first_day <= day)
}

fn acceptance(world: World, rates: &[f64], seed: u64, look: &mut dyn FnMut(Methods)) -> f64 {
    let mut population = Population::new(world, rates, seed);
    let mut compared = 0.0;
    for day in 0..DAYS {
        population.live(day);
        // The order of people is that in which they came, which does not depend on what they do.
        let shares: Vec<f64> =
            present(&population, day).map(|person| person.accepted / person.shown).collect();
        let of_people = Moments::of(shares.iter().copied());
        let (accepted, shown) = present(&population, day)
            .fold((0.0, 0.0), |(a, s), person| (a + person.accepted, s + person.shown));
        // An event is 0 or 1, so it is its own square.
        let of_events = Moments { n: shown, sum: accepted, squares: accepted };
        let ours = |looks: Looks| ends(mean::bounded(&shares, SHARE, looks));
        let equal = Looks { alpha: ALPHA, planned: DAYS };
        let width_of = |interval: Interval| if day + 1 == DAYS { interval } else { SHARE };
        look(vec![
            ("ours", ours(Looks::daily(ALPHA, DAYS, day + 1))),
            ("(equal looks)", if day + 1 == DAYS { ours(equal) } else { SHARE }),
            ("(betting once)", if day + 1 == DAYS { ours(ONE_LOOK) } else { SHARE }),
            ("(unseen alone)", width_of(peers::unseen(of_people, ALPHA))),
            ("(empirical Bernstein)", width_of(peers::empirical_bernstein(&shares, ALPHA))),
            ("beta-binomial on people", peers::beta_binomial(of_people, ALPHA)),
            ("asymptotic on people", peers::asymptotic(of_people, ALPHA)),
            ("asymptotic on events", peers::asymptotic(of_events, ALPHA)),
            ("beta-binomial on events", peers::beta_binomial(of_events, ALPHA)),
            ("Wilson on events", peers::wilson(of_events, ALPHA)),
        ]);
        let (low, high) = peers::student(of_people, ALPHA);
        compared = high - low;
    }
    compared
}

fn usual(rate: f64, people: usize) -> World {
    World { rate, events: 20.0, uses: Use::Skewed, returning: true, people }
}

/// Ways of spending alpha over the looks, until a day. With fewer looks than days the interval of the
/// last look stands until the next.
fn designs(runs: usize, people: usize, until: u32) -> String {
    const GEOMETRIC: [u32; 13] = [1, 2, 3, 5, 7, 10, 14, 20, 28, 40, 56, 75, 90];
    let rates = people::rates(0.9);
    let truth = rates.iter().sum::<f64>() / rates.len() as f64;
    row("", truth, runs, &|seed, look| {
        let mut population = Population::new(usual(0.9, people), &rates, seed);
        let (mut compared, mut geometric, mut weekly) = (0.0, SHARE, SHARE);
        for day in 1..=until {
            population.live(day - 1);
            let shares: Vec<f64> = present(&population, day - 1)
                .map(|person| person.accepted / person.shown)
                .collect();
            let spending = |part: f64| {
                ends(mean::bounded(&shares, SHARE, Looks { alpha: ALPHA * part, planned: 1 }))
            };
            let most_last = |last: f64| {
                spending(if day == DAYS { last } else { (1.0 - last) / f64::from(DAYS - 1) })
            };
            if GEOMETRIC.contains(&day) {
                geometric = spending(1.0 / GEOMETRIC.len() as f64);
            }
            if day == DAYS || day % 7 == 0 {
                weekly = spending(if day == DAYS { 0.5 } else { 0.5 / 12.0 });
            }
            look(vec![
                ("equal", spending(1.0 / f64::from(DAYS))),
                ("half last", most_last(0.5)),
                ("three quarters last", most_last(0.75)),
                (
                    "growing with the day",
                    spending(f64::from(day) * 2.0 / f64::from(DAYS * (DAYS + 1))),
                ),
                ("13 geometric", geometric),
                ("weekly, half last", weekly),
                ("one look's interval daily", spending(1.0)),
            ]);
            let (low, high) = peers::student(Moments::of(shares.iter().copied()), ALPHA);
            compared = high - low;
        }
        compared
    })
}

/// Prices have mean 1 and do not depend on use, so the truth is 1.
fn costs(runs: usize, people: usize) -> String {
    let rates = people::rates(0.9);
    row("", 1.0, runs, &|seed, look| {
        let mut population = Population::new(usual(0.9, people), &rates, seed);
        let mut compared = 0.0;
        for day in 0..DAYS {
            population.live(day);
            let sums: Vec<(f64, f64)> =
                present(&population, day).map(|person| (person.cost, person.shown)).collect();
            let of = |looks| ends(ratio::linearised(&sums, AMOUNT, looks));
            let each = Moments::of(sums.iter().map(|(cost, uses)| cost / uses));
            look(vec![
                ("ours", of(Looks::daily(ALPHA, DAYS, day + 1))),
                ("asymptotic on people's means", peers::asymptotic(each, ALPHA)),
                ("ratio, one look's interval daily", of(ONE_LOOK)),
            ]);
            let (low, high) = of(ONE_LOOK);
            compared = high - low;
        }
        compared
    })
}

/// Latency: the logarithm of a person's mean cost in bins of a tenth, one value a person.
fn medians(runs: usize, people: usize) -> String {
    let rates = people::rates(0.9);
    let world = World { events: 1.0, uses: Use::Even, returning: false, ..usual(0.9, people) };
    // The logarithms of both factors of the cost have mean -.125; their sum is the middle of a bin.
    row("", -0.25, runs, &|seed, look| {
        let mut population = Population::new(world, &rates, seed);
        let mut compared = 0.0;
        for day in 0..DAYS {
            population.live(day);
            let bins: Vec<[(i32, u64); 1]> = present(&population, day)
                .map(|person| [(bin((person.cost / person.shown).ln()), 1)])
                .collect();
            let units: Vec<&[(i32, u64)]> = bins.iter().map(<[_; 1]>::as_slice).collect();
            let of = |looks| ends(quantile::woodruff(&units, middle, 0.5, looks));
            look(vec![
                ("ours", of(Looks::daily(ALPHA, DAYS, day + 1))),
                ("Woodruff, one look's interval daily", of(ONE_LOOK)),
            ]);
            let (low, high) = of(ONE_LOOK);
            compared = high - low;
        }
        compared
    })
}

const BINS: f64 = 100.0;

#[expect(clippy::cast_possible_truncation, reason = "a few standard deviations")]
fn bin(value: f64) -> i32 {
    (value * BINS).round() as i32
}

fn middle(bin: i32) -> f64 {
    f64::from(bin) / BINS
}

fn differences(runs: usize, people: usize) -> String {
    two_arms(0.9, 0.85, runs, people)
}

fn no_differences(runs: usize, people: usize) -> String {
    two_arms(0.9, 0.9, runs, people)
}

fn two_arms(treated: f64, controlled: f64, runs: usize, people: usize) -> String {
    let rates = [people::rates(treated), people::rates(controlled)];
    let mean_of = |rates: &[f64]| rates.iter().sum::<f64>() / rates.len() as f64;
    row("", mean_of(&rates[0]) - mean_of(&rates[1]), runs, &|seed, look| {
        let mut arms = [0, 1].map(|arm| {
            let world = usual([treated, controlled][arm], people);
            Population::new(world, &rates[arm], 2 * seed + arm as u64)
        });
        let mut compared = 0.0;
        for day in 0..DAYS {
            for arm in &mut arms {
                arm.live(day);
            }
            let [treatment, control] = [&arms[0], &arms[1]].map(|arm| {
                present(arm, day).map(|person| person.accepted / person.shown).collect::<Vec<f64>>()
            });
            let today = Looks::daily(ALPHA, DAYS, day + 1);
            let of = |looks: Looks| ends(difference::means(&treatment, &control, SHARE, looks));
            let both = Looks { alpha: today.alpha / 2.0, ..today };
            let apart = |looks: Looks| {
                let (low, high) = ends(mean::bounded(&treatment, SHARE, looks));
                let (other_low, other_high) = ends(mean::bounded(&control, SHARE, looks));
                (low - other_high, high - other_low)
            };
            let moments = [&treatment, &control].map(|arm| Moments::of(arm.iter().copied()));
            look(vec![
                ("ours", of(today)),
                ("two intervals", apart(both)),
                ("asymptotic on people", peers::difference(moments, ALPHA, peers::asymptotic)),
                (
                    "Welch, one look's interval daily",
                    peers::difference(moments, ALPHA, peers::student),
                ),
            ]);
            let (low, high) = peers::difference(moments, ALPHA, peers::student);
            compared = high - low;
        }
        compared
    })
}
