/// What a schema forbids about a value, found part by part: paths are put together while unwinding, so that what is allowed
/// pays nothing for them.
struct SchemaFindings {
    enum Part {
        case member(String)
        case element(Int)
    }

    private struct Finding {
        /// The innermost part first.
        var path: [Part]
        let message: String
    }

    private var findings: [Finding] = []

    var count: Int { findings.count }

    /// At `key` of the value that is looked at, or about all of it.
    mutating func add(_ message: () -> String, at key: String?) {
        guard findings.count < DefinitionLimits.violations else { return }
        findings.append(Finding(path: key.map { [.member($0)] } ?? [], message: message()))
    }

    /// What was found since there were `known` is in this part of the value.
    mutating func locate(after known: Int, in part: @autoclosure () -> Part) {
        for index in known..<findings.count { findings[index].path.append(part()) }
    }

    var violations: [SchemaViolation] {
        findings.map { finding in
            let path = finding.path.reversed().reduce("$") { path, part in
                switch part {
                case .member(let key): Place.path(path, key)
                case .element(let index): "\(path)[\(index)]"
                }
            }
            return SchemaViolation(path: path, message: finding.message)
        }
    }
}
