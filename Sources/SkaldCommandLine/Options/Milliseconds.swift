import ArgumentParser

/// A duration as people write it: `250ms`, `10s`, `5m`, `2h`, `7d`; a plain number is seconds.
struct Milliseconds: Hashable, Sendable, ExpressibleByArgument {
    let value: Int64

    init(value: Int64) { self.value = value }

    var defaultValueDescription: String { Plain.duration(value) }

    init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && $0.isNumber }
        let units: [Substring: Int64] = ["ms": 1, "s": 1000, "": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
        guard let number = Int64(digits), let unit = units[argument.dropFirst(digits.count)] else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit)
        guard !overflow, product > 0, product <= Limits.longestTimeout else { return nil }
        value = product
    }
}
