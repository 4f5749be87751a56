/// Rows in the byte order of their keys, in memory: what a table of LMDB is to the log kept in memory.
struct SortedRows<Value: Sendable>: Sendable {
    private(set) var keys: [[UInt8]] = []
    private(set) var values: [Value] = []

    /// Index of the first row at `key` or behind it.
    func index(atLeast key: [UInt8]) -> Int {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle].lexicographicallyPrecedes(key) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Index of the last row at `key` or before it; -1 when there is none.
    func index(atMost key: [UInt8]) -> Int {
        let index = index(atLeast: key)
        return index < keys.count && keys[index] == key ? index : index - 1
    }

    subscript(key: [UInt8]) -> Value? {
        let index = index(atLeast: key)
        return index < keys.count && keys[index] == key ? values[index] : nil
    }

    mutating func set(_ key: [UInt8], _ value: Value) {
        let index = index(atLeast: key)
        if index < keys.count && keys[index] == key {
            values[index] = value
        } else {
            keys.insert(key, at: index)
            values.insert(value, at: index)
        }
    }

    mutating func remove(_ key: [UInt8]) {
        let index = index(atLeast: key)
        guard index < keys.count && keys[index] == key else { return }
        keys.remove(at: index)
        values.remove(at: index)
    }

    /// Changes the value of a key in place, from `initial` when there is none.
    mutating func update(_ key: [UInt8], from initial: Value, _ change: (inout Value) -> Void) {
        let index = index(atLeast: key)
        if index == keys.count || keys[index] != key {
            keys.insert(key, at: index)
            values.insert(initial, at: index)
        }
        change(&values[index])
    }
}
