import ArgumentParser

/// A size as people write it: `512KiB`, `256MiB`, `1GiB`; a plain number is bytes.
struct ByteCount: Hashable, Sendable, ExpressibleByArgument {
    let value: Int

    private static let units: [(name: Substring, shift: Int)] = [("GiB", 30), ("MiB", 20), ("KiB", 10), ("", 0)]

    init(value: Int) { self.value = value }

    var defaultValueDescription: String {
        for unit in Self.units where value > 0 && value % (1 << unit.shift) == 0 { return "\(value >> unit.shift)\(unit.name)" }
        return "\(value)"
    }

    init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && $0.isNumber }
        let name = argument.dropFirst(digits.count)
        guard let number = Int(digits), let unit = Self.units.first(where: { $0.name == name }) else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: 1 << unit.shift)
        guard !overflow, product > 0 else { return nil }
        value = product
    }
}
