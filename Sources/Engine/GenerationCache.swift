/// Something in memory whose weight can be told: an estimate, in bytes.
protocol Weighed {
    var weight: Int { get }
}

/// A cache in two generations: what was not used while the young one filled up is forgotten with the old one. Nothing is
/// forgotten but between two batches, see `Engine.trim`: within one what it has changed must be found.
///
/// Constant time for everything, and no order kept: cheaper than a list of recent use, and as good for our purpose.
struct GenerationCache<Key: Hashable, Value: Weighed> {
    struct Generation {
        fileprivate var values: [Key: Value] = [:]
        fileprivate(set) var weight = 0

        var count: Int { values.count }

        fileprivate mutating func remove(_ key: Key) -> Value? {
            guard let value = values.removeValue(forKey: key) else { return nil }
            weight -= value.weight
            return value
        }

        fileprivate mutating func insert(_ value: Value, _ key: Key) {
            weight += value.weight
            if let before = values.updateValue(value, forKey: key) { weight -= before.weight }
        }
    }

    private(set) var young = Generation()
    private(set) var old = Generation()
    /// Forgotten, and let go of bit by bit: to free a great many things takes long.
    private var leaving: [Value] = []
    private var leavingWeight = 0

    var count: Int { young.count + old.count + leaving.count }
    var weight: Int { young.weight + old.weight + leavingWeight }

    subscript(key: Key) -> Value? {
        mutating get {
            if let value = young.values[key] { return value }
            guard let value = old.remove(key) else { return nil }
            young.insert(value, key)
            return value
        }
        set {
            if let newValue { return young.insert(newValue, key) }
            _ = young.remove(key)
            _ = old.remove(key)
        }
    }

    /// A value that was found here in this batch has grown where it stands.
    mutating func grew(by weight: Int) { young.weight += weight }

    /// The young generation is the old one from now on, and what was the old one is forgotten.
    mutating func rotate() {
        leaving += old.values.values
        leavingWeight += old.weight
        old = young
        young = Generation()
        // It will be about as large: growing step by step would copy everything again and again.
        young.values.reserveCapacity(old.count)
    }

    /// Lets go of what is forgotten until `weight` bytes are free; what is left of them.
    mutating func release(_ weight: Int) -> Int {
        var left = weight
        while left > 0, let value = leaving.popLast() {
            left -= value.weight
            leavingWeight -= value.weight
        }
        return left
    }

    mutating func removeAll() { self = GenerationCache() }
}

extension GenerationCache: Sendable where Key: Sendable, Value: Sendable {}
extension GenerationCache.Generation: Sendable where Key: Sendable, Value: Sendable {}
