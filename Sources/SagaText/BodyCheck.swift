import Kernel
import SagaModel

/// Whether the body a command will get can fit the fields it takes, as far as that shows before anything runs.
struct BodyCheck {
    let command: CommandDraft
    let fields: [CommandField]
    let rules: ExpressionRules
    let isUndo: Bool

    private var title: String { "\(command.aggregate).\(command.name)" }

    func check(_ problems: inout Problems) {
        switch command.body?.form {
        case nil: checkMissing(isUndo ? ["input", "result"] : [], at: command.place, &problems)
        case .object(let members)?:
            checkMissing(members.map(\.key), at: command.body?.source.place ?? command.place, &problems)
            for member in members { check(member, &problems) }
        case .literal(.object(let object))?:
            checkMissing(object.keys, at: command.body?.source.place ?? command.place, &problems)
            for pair in command.body?.source.pairs ?? [] {
                check(pair.key, pair.place, BodyCheck.kinds(of: pair.value.json), pair.value.place, &problems)
            }
        default: break
        }
    }

    private func checkMissing(_ given: [String], at place: Place, _ problems: inout Problems) {
        let missing = fields.filter { $0.isRequired && !given.contains(bytesOf: $0.name) }.map { "'\($0.name)'" }
        guard !missing.isEmpty else { return }
        let needed = "\(title) needs \(missing.joined(separator: ", "))"
        if command.body == nil {
            let sent = isUndo ? "without `with` an undo sends { input, result } of its step, and " : ""
            problems.refuse(place, "\(sent)\(needed); write `with`")
        } else {
            problems.refuse(place, "\(needed), which `with` leaves out")
        }
    }

    /// A field that takes integers takes `2.0` as well, as decoding the command does.
    private static func kinds(of value: JSON) -> ValueKinds {
        if case .double(let number) = value, Int64(exactly: number) != nil { return .number }
        return ValueKinds(of: value)
    }

    private func check(_ member: ParsedMember, _ problems: inout Problems) {
        // Problems inside the value are reported where it is checked as a whole; here only its kind matters.
        var scratch = Problems()
        var kinds = ExpressionCheck.check(member.value, rules, &scratch)
        if case .literal(let value) = member.value.form { kinds = BodyCheck.kinds(of: value) }
        check(member.key, member.place, kinds, member.value.source.place, &problems)
    }

    private func check(_ key: String, _ place: Place, _ kinds: ValueKinds, _ valuePlace: Place, _ problems: inout Problems) {
        guard let field = fields.first(where: { $0.name.hasBytes(of: key) }) else {
            let hint = Suggestion.didYouMean(key, among: fields.map(\.name))
            return problems.warn(place, "\(title) takes no '\(key)'" + hint)
        }
        var wanted: ValueKinds =
            switch field.kind {
            case .string: .string
            case .integer: .integer
            case .number: .number
            case .boolean: .boolean
            case .any: .any
            }
        if !field.isRequired { wanted.formUnion(.null) }
        guard kinds.isDisjoint(with: wanted) else { return }
        problems.refuse(
            valuePlace, "'\(key)' of \(title) is \(wanted.subtracting(.null).description), and this is \(kinds.description)")
    }
}
