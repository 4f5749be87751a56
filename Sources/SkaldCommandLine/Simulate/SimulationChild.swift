import Simulation

/// Runs seeds in this process and prints a line for each, for the sweep that compares two such processes.
///
///     ok <seed> <hash> <operations> <sagas> <entries> <starts>
///     failed <seed> <rule>
///     covered <combination>
struct SimulationChild {
    let session: Session
    let range: ClosedRange<UInt64>
    let options: (UInt64) -> SimulationOptions

    func run() -> ProcessStatus {
        var coverage = Coverage()
        for seed in range {
            do throws(SimulationFailure) {
                let report = try SimulationRun(options(seed)).run()
                coverage.add(report.coverage)
                session.data("ok \(SimulationLine(report).text)")
            } catch {
                session.data("failed \(seed) \(error.rule)")
                return .failed
            }
        }
        for combination in coverage.seen.sorted() { session.data("covered \(combination)") }
        return .ok
    }
}
