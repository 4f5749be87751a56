import Kernel

/// What a plain scalar means in the core schema of YAML 1.2: `no` and `12:30` are texts, `017` is seventeen.
struct YAMLScalar {
    enum Meaning: Equatable {
        case value(JSON)
        /// A number that JSON, or 64 bits, cannot hold.
        case outOfRange
    }

    static func resolve(_ text: String) -> Meaning {
        switch text {
        case "", "~", "null", "Null", "NULL": return .value(.null)
        case "true", "True", "TRUE": return .value(true)
        case "false", "False", "FALSE": return .value(false)
        case ".nan", ".NaN", ".NAN": return .outOfRange
        default: break
        }
        if text.hasPrefix("0o") { return integer(text, text.dropFirst(2), radix: 8) }
        if text.hasPrefix("0x") { return integer(text, text.dropFirst(2), radix: 16) }
        var scanner = YAMLScalar(bytes: Array(text.utf8))
        return scanner.number(text)
    }

    private static func integer(_ text: String, _ digits: Substring, radix: Int) -> Meaning {
        let isNumber = !digits.isEmpty && digits.allSatisfy { $0.isASCII && ($0.hexDigitValue ?? 99) < radix }
        guard isNumber else { return .value(.string(text)) }
        return Int64(digits, radix: radix).map { .value(.int($0)) } ?? .outOfRange
    }

    private let bytes: [UInt8]
    private var offset = 0

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func take(_ choice: String) -> Bool {
        guard offset < bytes.count, choice.utf8.contains(bytes[offset]) else { return false }
        offset += 1
        return true
    }

    private mutating func digits() -> Int {
        let start = offset
        while offset < bytes.count, (0x30...0x39).contains(bytes[offset]) { offset += 1 }
        return offset - start
    }

    /// `[-+]?[0-9]+` or `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, else a text.
    private mutating func number(_ text: String) -> Meaning {
        let word = JSON.string(text)
        _ = take("-+")
        if [".inf", ".Inf", ".INF"].contains(String(decoding: bytes[offset...], as: UTF8.self)) { return .outOfRange }
        let whole = digits()
        if whole > 0, offset == bytes.count { return Int64(text).map { .value(.int($0)) } ?? .outOfRange }
        let hasPoint = take(".")
        let fraction = hasPoint ? digits() : 0
        guard whole > 0 || fraction > 0 else { return .value(word) }
        let mantissaEnd = offset
        if take("eE") {
            _ = take("-+")
            guard digits() > 0 else { return .value(word) }
        }
        guard offset == bytes.count else { return .value(word) }
        // The form that JSON and Swift share: digits on both sides of the point, no plus.
        var mantissa = String(decoding: bytes[..<mantissaEnd], as: UTF8.self).replacing("+", with: "")
        if mantissa.hasSuffix(".") { mantissa += "0" }
        if whole == 0 { mantissa = mantissa.replacing(".", with: "0.") }
        let value = Double(mantissa + String(decoding: bytes[mantissaEnd...], as: UTF8.self))
        return value.flatMap { $0.isFinite ? .value(.double($0)) : nil } ?? .outOfRange
    }
}
