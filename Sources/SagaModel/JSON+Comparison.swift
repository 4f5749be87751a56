import Kernel

extension JSON {
    /// Equality as expressions and schemas know it: numbers by value, texts by their bytes, objects without order.
    func hasValue(of other: JSON) -> Bool {
        switch (self, other) {
        case (.null, .null): return true
        case (.bool(let a), .bool(let b)): return a == b
        case (.string(let a), .string(let b)): return a.hasBytes(of: b)
        case (.int, .int), (.int, .double), (.double, .int), (.double, .double): return order(to: other) == 0
        case (.array(let a), .array(let b)): return a.count == b.count && zip(a, b).allSatisfy { $0.hasValue(of: $1) }
        case (.object(let a), .object(let b)): return a.matches(b) { $0.hasValue(of: $1) }
        default: return false
        }
    }

    /// Negative, zero or positive; nil where there is no order. Texts compare by their bytes, which is by code point.
    func order(to other: JSON) -> Int? {
        switch (self, other) {
        case (.int(let a), .int(let b)): return a < b ? -1 : a > b ? 1 : 0
        case (.double(let a), .double(let b)): return a < b ? -1 : a > b ? 1 : 0
        case (.int(let a), .double(let b)): return JSON.order(a, b)
        case (.double(let a), .int(let b)): return -JSON.order(b, a)
        case (.string(let a), .string(let b)):
            if a.hasBytes(of: b) { return 0 }
            return a.utf8.lexicographicallyPrecedes(b.utf8) ? -1 : 1
        default: return nil
        }
    }

    /// Exact: beyond 2^53 an integer is not rounded to meet a double.
    private static func order(_ integer: Int64, _ double: Double) -> Int {
        if double >= 0x1p63 { return -1 }
        if double < -0x1p63 { return 1 }
        let whole = Int64(double)
        if integer != whole { return integer < whole ? -1 : 1 }
        let rest = double - Double(whole)
        return rest > 0 ? -1 : rest < 0 ? 1 : 0
    }
}
