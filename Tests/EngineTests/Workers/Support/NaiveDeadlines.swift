import Kernel

/// What `Deadlines` promises, by looking at everything.
struct NaiveDeadlines<Key: Hashable> {
    private(set) var entries: [(key: Key, time: Timestamp)] = []

    var first: Timestamp? { entries.map(\.time).min() }

    func contains(_ key: Key) -> Bool { entries.contains { $0.key == key } }

    mutating func set(_ key: Key, _ time: Timestamp) {
        if entries.contains(where: { $0.key == key && $0.time == time }) { return }
        remove(key)
        entries.append((key, time))
    }

    mutating func remove(_ key: Key) { entries.removeAll { $0.key == key } }

    mutating func popFirst(at now: Timestamp) -> Key? {
        guard let first, first <= now, let entry = entries.first(where: { $0.time == first }) else { return nil }
        remove(entry.key)
        return entry.key
    }
}
