import ArgumentParser
import Kernel

/// A time in RFC 3339 as an argument, in UTC or with an offset: people copy what their own logs say.
struct TimeArgument: ExpressibleByArgument {
    let value: Timestamp

    init?(argument: String) {
        guard let time = Timestamp(argument) ?? Self.shifted(argument) else { return nil }
        value = time
    }

    /// `2026-11-21T14:00:00+01:00`.
    private static func shifted(_ text: String) -> Timestamp? {
        let offset = Array(text.utf8.suffix(6))
        guard offset.count == 6, offset[3] == UInt8(ascii: ":"), let sign = [43: -1, 45: 1][offset[0]] as Int64?,
            let hours = number(offset[1...2]), let minutes = number(offset[4...5]), hours < 24, minutes < 60
        else { return nil }
        return Timestamp(text.dropLast(6) + "Z")?.advanced(by: sign * (hours * 60 + minutes) * 60_000)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        digits.allSatisfy { (0x30...0x39).contains($0) } ? Int64(String(decoding: digits, as: UTF8.self)) : nil
    }
}
