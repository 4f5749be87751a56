import ArgumentParser

/// A time for which results are kept. It takes a unit: 24 may be meant as hours, and as seconds it would have commands done twice.
struct Retention: ExpressibleByArgument {
    let value: Int64

    init(value: Int64) { self.value = value }

    var defaultValueDescription: String { Plain.duration(value) }

    init?(argument: String) {
        guard argument.last?.isLetter ?? false, let time = Milliseconds(argument: argument) else { return nil }
        value = time.value
    }
}
