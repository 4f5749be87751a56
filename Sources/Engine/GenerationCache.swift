/// A bounded cache in two generations: what was not used while the young one filled up is forgotten with the old one.
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
            insert(value, key)
            return value
        }
        set {
            if let newValue { return insert(newValue, key) }
            young[key] = nil
            old[key] = nil
        }
    }

    private mutating func insert(_ value: Value, _ key: Key) {
        if young.count >= limit {
            old = young
            young = Dictionary(minimumCapacity: limit)
        }
        young[key] = value
    }

    mutating func removeAll() {
        young.removeAll()
        old.removeAll()
    }
}
