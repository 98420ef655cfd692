import Analysis
import Reports

extension ReportPlaces {
    /// Writes the report of a capacity wherever it was asked for, and the terminal's own unless
    /// something else has stdout.
    func write(_ material: CapacityReportMaterial, isQuiet: Bool) throws {
        if !isQuiet, hasTerminal {
            Console.print(
                CapacityReport.render(
                    material, width: Console.width, colour: Console.hasColour), terminator: "")
        }
        try Self.write([
            Report(json) { CapacityJSON.render(material) },
            Report(markdown) { CapacityMarkdown.render(material) },
            Report(html) { CapacityPage.render(material) },
        ])
        if let html, html != "-", !isQuiet { Console.note("report: \(html)") }
    }
}
