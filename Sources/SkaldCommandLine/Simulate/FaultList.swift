import ArgumentParser
import Simulation

/// `crash,full`: kinds of faults of a simulation.
struct FaultList: ExpressibleByArgument {
    let faults: Set<FaultKind>

    init?(argument: String) {
        var found: Set<FaultKind> = []
        for word in argument.split(separator: ",") {
            guard let fault = FaultKind(rawValue: String(word)) else { return nil }
            found.insert(fault)
        }
        faults = found
    }

    static let allValueStrings = FaultKind.allCases.map(\.rawValue)
}

/// `workers`: one of the worlds of a seed.
struct WorldName: ExpressibleByArgument {
    let world: SimulationWorld

    init?(argument: String) {
        guard let world = SimulationWorld(rawValue: argument) else { return nil }
        self.world = world
    }

    static let allValueStrings = SimulationWorld.allCases.map(\.rawValue)
}
