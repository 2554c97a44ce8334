//! What the store answered for pages, kept as long as what they look at stays the same. Whoever asks the same meanwhile waits
//! for the one answer, so that many readers of a page cost the store as much as one.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::lock;

/// More than these are not kept: what is asked comes from addresses, and so from anybody.
const MOST: usize = 128;

/// Answers of one kind, by what was asked.
pub struct Kept<K, V>(Mutex<Of<K, V>>);

/// The moment that answers belong to, and they.
struct Of<K, V> {
    moment: String,
    answers: HashMap<K, Answer<V>>,
}

/// Locked by whoever finds it out; `None` before it is known.
type Answer<V> = Arc<Mutex<Option<V>>>;

impl<K, V> Default for Kept<K, V> {
    fn default() -> Kept<K, V> {
        Kept(Mutex::new(Of { moment: String::new(), answers: HashMap::new() }))
    }
}

impl<K: Eq + Hash, V: Clone> Kept<K, V> {
    /// The answer as of a moment, such as the id of a snapshot, found out only if it is not known. What went wrong is
    /// asked again.
    pub fn get<E>(
        &self,
        moment: &str,
        asked: K,
        answer: impl FnOnce() -> Result<V, E>,
    ) -> Result<V, E> {
        let place = self.place(moment, asked);
        let mut place = lock(&place);
        if let Some(known) = &*place {
            return Ok(known.clone());
        }
        let known = answer()?;
        *place = Some(known.clone());
        Ok(known)
    }

    /// Where an answer is, or will be. Those of another moment go, and all of them where there are too many.
    fn place(&self, moment: &str, asked: K) -> Answer<V> {
        let mut kept = lock(&self.0);
        let is_full = kept.answers.len() >= MOST && !kept.answers.contains_key(&asked);
        if kept.moment != moment || is_full {
            *kept = Of { moment: moment.to_owned(), answers: HashMap::new() };
        }
        Arc::clone(kept.answers.entry(asked).or_default())
    }
}

/// An answer that changes at any time, so that it is not kept; but whoever asks before it is begun to be found out shares it.
pub struct Shared<V> {
    begun: AtomicU64,
    last: Mutex<Option<(u64, V)>>,
}

impl<V> Default for Shared<V> {
    fn default() -> Shared<V> {
        Shared { begun: AtomicU64::new(0), last: Mutex::new(None) }
    }
}

impl<V: Clone> Shared<V> {
    /// The answer as it is now or will be in a moment, never as it was before it was asked for.
    pub fn get(&self, answer: impl FnOnce() -> V) -> V {
        self.since(self.begun(), answer)
    }

    fn begun(&self) -> u64 {
        self.begun.load(Ordering::SeqCst)
    }

    fn since(&self, asked: u64, answer: impl FnOnce() -> V) -> V {
        let mut last = lock(&self.last);
        if let Some((begun, known)) = &*last
            && *begun > asked
        {
            return known.clone();
        }
        let begun = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let known = answer();
        *last = Some((begun, known.clone()));
        known
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    fn never() -> Result<u32, ()> {
        panic!("it is known")
    }

    #[test]
    fn an_answer_is_asked_for_once_for_each_moment_and_an_error_again() {
        let kept = Kept::<&str, u32>::default();
        assert_eq!(kept.get("a", "x", || Err(())), Err(()));
        assert_eq!(kept.get("a", "x", || Ok::<_, ()>(1)), Ok(1));
        assert_eq!(kept.get("a", "x", never), Ok(1));
        assert_eq!(kept.get("a", "y", || Ok::<_, ()>(2)), Ok(2));
        assert_eq!(kept.get("b", "x", || Ok::<_, ()>(3)), Ok(3), "another moment");
    }

    #[test]
    fn who_asks_the_same_waits_and_who_asks_something_else_does_not() {
        let kept = Kept::<&str, u32>::default();
        let (go, wait) = mpsc::channel();
        let (begun, is_begun) = mpsc::channel();
        thread::scope(|all| {
            let kept = &kept;
            all.spawn(move || {
                kept.get("a", "slow", move || {
                    begun.send(()).expect("somebody waits for it");
                    wait.recv().expect("somebody says it");
                    Ok::<_, ()>(1)
                })
            });
            is_begun.recv().expect("it begins");
            let same = all.spawn(move || kept.get("a", "slow", never));
            assert_eq!(kept.get("a", "quick", || Ok::<_, ()>(2)), Ok(2));
            go.send(()).expect("it waits");
            assert_eq!(same.join().expect("it is known"), Ok(1));
        });
    }

    #[test]
    fn no_more_than_some_are_kept() {
        let kept = Kept::<usize, usize>::default();
        for asked in 0..10 * MOST {
            assert_eq!(kept.get("a", asked, || Ok::<_, ()>(asked)), Ok(asked));
            assert!(lock(&kept.0).answers.len() <= MOST);
        }
    }

    #[test]
    fn an_answer_is_shared_by_those_who_asked_before_it_was_begun() {
        let shared = Shared::<u32>::default();
        let asked = shared.begun();
        assert_eq!(shared.get(|| 1), 1);
        assert_eq!(
            shared.since(asked, || panic!("it is known")),
            1,
            "begun after it was asked for"
        );
        let asked = shared.begun();
        assert_eq!(shared.since(asked, || 2), 2, "it may have changed");
    }
}
