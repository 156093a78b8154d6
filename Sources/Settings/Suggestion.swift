/// The candidate that `word` was probably meant to be; of equally near ones the first.
///
/// - Returns: nil when more than a third of the letters differ, and for a word too long to be a slip.
package func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    /// Nobody misspells a longer key; it bounds the quadratic comparison.
    let maximumWordBytes = 64
    guard word.utf8.count <= maximumWordBytes else { return nil }
    var best: (candidate: String, distance: Int)?
    for candidate in candidates where candidate.utf8.count <= maximumWordBytes {
        let distance = editDistance(word, candidate)
        let length = max(word.count, candidate.count)
        guard distance <= (length <= 2 ? 0 : max(1, length / 3)) else { continue }
        if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
    }
    return best?.candidate
}

/// How many insertions, deletions, replacements and exchanges of neighbours turn one word into the other (optimal
/// string alignment); a change of case alone counts nothing.
private func editDistance(_ left: String, _ right: String) -> Int {
    let left = Array(left.lowercased())
    let right = Array(right.lowercased())
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for i in 0..<left.count {
        var row = [i + 1]
        for j in 0..<right.count {
            var distance = min(row[j] + 1, last[j + 1] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
            if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                distance = min(distance, beforeLast[j - 1] + 1)
            }
            row.append(distance)
        }
        beforeLast = last
        last = row
    }
    return last[right.count]
}
