//! What the store answered for pages, kept as long as what they look at stays the same. Whoever asks meanwhile waits for the
//! one answer, so that many readers of a page cost the store as much as one.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Mutex;

use super::lock;

/// More than these are not kept: what is asked comes from addresses, and so from anybody.
const MOST: usize = 256;

/// Answers of one kind, by what was asked.
pub struct Kept<K, V>(Mutex<Of<K, V>>);

/// The snapshot that answers belong to, and they.
struct Of<K, V> {
    snapshot: String,
    answers: HashMap<K, V>,
}

impl<K, V> Default for Kept<K, V> {
    fn default() -> Kept<K, V> {
        Kept(Mutex::new(Of { snapshot: String::new(), answers: HashMap::new() }))
    }
}

impl<K: Eq + Hash, V: Clone> Kept<K, V> {
    /// The answer that belongs to a snapshot, asked for only if it is not known. What went wrong is asked again.
    pub fn get<E>(
        &self,
        snapshot: &str,
        asked: K,
        answer: impl FnOnce() -> Result<V, E>,
    ) -> Result<V, E> {
        let mut kept = lock(&self.0);
        if kept.snapshot != snapshot {
            *kept = Of { snapshot: snapshot.to_owned(), answers: HashMap::new() };
        }
        if let Some(known) = kept.answers.get(&asked) {
            return Ok(known.clone());
        }
        let known = answer()?;
        if kept.answers.len() < MOST {
            kept.answers.insert(asked, known.clone());
        }
        Ok(known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_asked_for_once_for_each_snapshot_and_an_error_again() {
        let kept = Kept::<&str, u32>::default();
        let never = || -> Result<u32, ()> { panic!("it is known") };
        assert_eq!(kept.get("a", "x", || Err(())), Err(()));
        assert_eq!(kept.get("a", "x", || Ok::<_, ()>(1)), Ok(1));
        assert_eq!(kept.get("a", "x", never), Ok(1));
        assert_eq!(kept.get("a", "y", || Ok::<_, ()>(2)), Ok(2));
        assert_eq!(kept.get("b", "x", || Ok::<_, ()>(3)), Ok(3), "another snapshot");
    }
}
