import ArgumentParser
import Kernel

/// A time in RFC 3339 and UTC as an argument.
struct TimeArgument: ExpressibleByArgument {
    let value: Timestamp

    init?(argument: String) {
        guard let time = Timestamp(argument) else { return nil }
        value = time
    }
}
