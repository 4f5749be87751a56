/// A bounded cache in two generations: what was not used while the young one filled up is forgotten with the old one. Nothing
/// is forgotten but in `trim`: within one batch what it has changed must be found.
///
/// Constant time for everything, and no order kept: cheaper than a list of recent use, and as good for our purpose.
struct GenerationCache<Key: Hashable, Value> {
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    subscript(key: Key) -> Value? {
        mutating get {
            if let value = young[key] { return value }
            guard let value = old.removeValue(forKey: key) else { return nil }
            young[key] = value
            return value
        }
        set {
            young[key] = newValue
            if newValue == nil { old[key] = nil }
        }
    }

    /// Between two batches.
    mutating func trim() {
        guard young.count >= limit else { return }
        old = young
        young = Dictionary(minimumCapacity: limit)
    }

    mutating func removeAll() {
        young.removeAll()
        old.removeAll()
    }
}
