import EventLog
import Kernel
import SagaModel
import SagaText

/// What became of a definition that the server brings along.
public enum Installation: Sendable, Equatable {
    /// Registered now or before; with the checker's warnings.
    case registered([String])
    /// Registered now or before, and good but for aggregates nobody has offered yet.
    case disabled(String)
    case refused([String])
}

extension Engine {
    /// Registers a definition before serving begins; one that is registered already must be the very same.
    public func install(_ source: String) throws -> Installation {
        let now = max(clock.now(), try log.read { $0.head.time })
        let candidate = library.read(source, at: now)
        let known = library.find(candidate.name, version: candidate.version)
        // Before all else that may be wrong with it: nothing puts aside what is registered.
        if let known, !known.source.hasBytes(of: source) {
            let diff = LineDiff.text(known.source, source)
            return .refused(["1:1: \(known.name) v\(known.version) is registered with other content; raise its version\n\(diff)"])
        }
        let subject = known ?? candidate
        guard subject.definition != nil || lacksTypesAlone(subject) else {
            return .refused(subject.problems.map(\.description))
        }
        // Also when it cannot run yet: an offer of its types is all it then takes, and what runs on it finds it after a restart.
        if known == nil { try register(candidate) }
        guard subject.definition != nil else { return .disabled(subject.problems.first?.description ?? "") }
        return .registered(subject.warnings.map(\.description))
    }

    private func lacksTypesAlone(_ subject: RegisteredDefinition) -> Bool {
        let catalog = LenientCatalog(known: registry)
        return DefinitionReader.read(source: subject.source, catalog: catalog, types: subject.types).definition != nil
    }

    /// One commit of its own, caused by the server itself.
    private func register(_ candidate: RegisteredDefinition) throws {
        let commit = try log.read { reader in
            let batch = Batch(reader: reader, clock: candidate.registered, epoch: epoch)
            let stream = AggregateID(DefinitionLibrary.type, candidate.name)
            let head = try reader.stream(stream) ?? StreamHead(version: 0, position: 0, entryPosition: 0)
            _ = batch.append(stream, after: head, events: [candidate.event], cause: Cause(command: "$serve"))
            return batch.commit
        }
        try log.commit(commit)
        definitionHeads[candidate.name] = nil
        library.add(candidate)
    }
}

/// Takes aggregate types nobody knows here for those of workers to come.
private struct LenientCatalog: AggregateCatalog {
    let known: Registry

    var aggregateTypes: [String] { known.aggregateTypes }
    func commandNames(of type: String) -> [String] { known.commandNames(of: type) }
    func find(_ command: String, of type: String) -> CommandFinding {
        let finding = known.find(command, of: type)
        return finding == .unknownType ? .unchecked : finding
    }
}
