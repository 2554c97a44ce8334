//! Adding up sorted lists of keys and numbers.

/// Sorts by the first part and adds up what has the same one, in the order of the list.
pub fn folded<K: Ord + Copy, V: Copy>(
    mut list: Vec<(K, V)>,
    add: impl Fn(V, V) -> V,
) -> Vec<(K, V)> {
    list.sort_by_key(|(key, _)| *key);
    let mut sums: Vec<(K, V)> = Vec::with_capacity(list.len());
    for (key, value) in list {
        match sums.last_mut() {
            Some((before, sum)) if *before == key => *sum = add(*sum, value),
            _ => sums.push((key, value)),
        }
    }
    sums
}

/// Adds up sorted lists, neighbours first, so that each number passes through few additions. What a
/// value is by default adds nothing.
pub fn added<K: Ord + Copy, V: Copy + Default>(
    lists: &[&[(K, V)]],
    add: impl Fn(V, V) -> V + Copy,
) -> Vec<(K, V)> {
    match lists {
        [] => Vec::new(),
        [only] => only.to_vec(),
        [first, second] => added_two(first, second, add),
        more => {
            let (left, right) = more.split_at(more.len() / 2);
            added_two(&added(left, add), &added(right, add), add)
        }
    }
}

/// Written without a branch on which key is the smaller, since no processor can foresee it.
fn added_two<K: Ord + Copy, V: Copy + Default>(
    left: &[(K, V)],
    right: &[(K, V)],
    add: impl Fn(V, V) -> V,
) -> Vec<(K, V)> {
    let mut sum = Vec::with_capacity(left.len() + right.len());
    let (mut i, mut j) = (0, 0);
    while let (Some((a, x)), Some((b, y))) = (left.get(i), right.get(j)) {
        let (from_left, from_right) = (a <= b, b <= a);
        let x = if from_left { *x } else { V::default() };
        let y = if from_right { *y } else { V::default() };
        sum.push((if from_left { *a } else { *b }, add(x, y)));
        i += usize::from(from_left);
        j += usize::from(from_right);
    }
    sum.extend_from_slice(&left[i..]);
    sum.extend_from_slice(&right[j..]);
    sum
}

/// All texts of sorted lists, each once; and for each list where its texts stand among them.
pub fn named(lists: &[&[String]]) -> (Vec<String>, Vec<Vec<u32>>) {
    let mut names: Vec<String> = lists.concat();
    names.sort_unstable();
    names.dedup();
    let place = |name: &String| {
        let place = names.binary_search(name).expect("it is one of them");
        u32::try_from(place).expect("fewer than four billion texts")
    };
    let places = lists.iter().map(|list| list.iter().map(place).collect()).collect();
    (names, places)
}
