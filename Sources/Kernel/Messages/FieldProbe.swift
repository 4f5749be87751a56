/// Finds out which fields a command takes by decoding it from nothing: every question is written down and answered with a
/// dummy. Runs once per command, far from the hot path.
@usableFromInline
enum FieldProbe {
    /// The fields of the case called `name` on the wire, in the order they are asked for; nil when there is no such case.
    ///
    /// A conformance that gives up on every dummy ends the list at the field it gave up on.
    @usableFromInline
    static func fields<M: Decodable>(of type: M.Type, name: String) -> [CommandField]? {
        let notes = ProbeNotes()
        _ = try? M(from: ProbeMessage(name: name, notes: notes))
        return notes.isKnown ? notes.fields : nil
    }

    /// Dummies for types that check what they are made of: identifiers, dates, addresses, ranges.
    private static let candidates: [ProbeDummy] = [
        ProbeDummy(text: "", number: 1), ProbeDummy(text: "a", number: 0), ProbeDummy(text: "1", number: 100),
        ProbeDummy(text: "00000000-0000-7000-8000-000000000000", number: -1),
        ProbeDummy(text: "2026-01-01T00:00:00Z", number: 1_000), ProbeDummy(text: "http://localhost/", number: 10),
    ]
    private static let maximumDepth = 8

    /// A value to go on with, and what kind of JSON it is made of.
    static func dummy<T: Decodable>(_ type: T.Type, depth: Int) throws -> (value: T, kind: CommandField.Kind) {
        if T.self == JSON.self, let value = JSON.null as? T { return (value, .any) }
        guard depth < maximumDepth else { throw ProbeFailure() }
        var kind = CommandField.Kind.any
        for candidate in candidates {
            let decoder = ProbeDecoder(dummy: candidate, depth: depth)
            let value = try? T(from: decoder)
            kind = decoder.kind
            if let value { return (value, kind) }
        }
        guard let value = firstCase(type) ?? zeroed(type) else { throw ProbeFailure(kind: kind) }
        return (value, kind)
    }

    private static func firstCase<T>(_ type: T.Type) -> T? {
        func first<C: CaseIterable>(_ type: C.Type) -> T? { C.allCases.first as? T }
        guard let type = type as? any CaseIterable.Type else { return nil }
        return first(type)
    }

    /// The first case of an enum with a raw type: all its bits are zero, and nothing in it needs to be released.
    private static func zeroed<T>(_ type: T.Type) -> T? {
        guard type is any RawRepresentable.Type, _isPOD(type), MemoryLayout<T>.size <= 1 else { return nil }
        return withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { bytes in
            bytes.storeBytes(of: 0, as: UInt8.self)
            return bytes.load(as: type)
        }
    }
}

/// One text and one number to answer questions with.
struct ProbeDummy {
    let text: String
    let number: Int
}

/// No dummy will do.
struct ProbeFailure: Error {
    var kind = CommandField.Kind.any
}

/// What a probe has learnt about one command.
final class ProbeNotes {
    var isKnown = false
    private(set) var fields: [CommandField] = []
    /// Fields whose presence was asked about before they were decoded.
    private var askedFor: [String] = []

    func ask(_ name: String) { askedFor.append(name) }

    func note(_ name: String, _ kind: CommandField.Kind, isRequired: Bool) {
        guard !fields.contains(where: { $0.name == name }) else { return }
        fields.append(CommandField(name: name, kind: kind, isRequired: isRequired && !askedFor.contains(name)))
    }
}
