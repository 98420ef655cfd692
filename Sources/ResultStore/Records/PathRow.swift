import Analysis
import GRDB
import Planning
import Timeline

/// A path as a row of `path`, and its seconds as rows of `second`.
enum PathRow {
    static func columns(
        _ path: PathMaterial, configuration: PathConfiguration?, run: String
    ) throws -> Columns {
        var row = Columns()
        row.set("run_id", run)
        row.set("position", path.index)
        row.set("name", path.name)
        row.set("transport", path.transport)
        row.set("hearing", path.hearing)
        row.set("config_json", try StoredJSON.text(StoredConfiguration(configuration)))
        return row
    }

    static func columns(_ second: SecondRecord, pathID: Int64) -> Columns {
        var row = Columns()
        row.set("path_id", pathID)
        row.set("second", second.second)
        row.set("callers", second.callers)
        row.set("frames_scheduled", second.framesScheduled)
        row.set("frames_on_time", second.framesOnTime)
        row.set("tick_lateness_ns", second.tickLateness)
        return row
    }

    static func second(_ row: Row, path: Int) throws -> SecondRecord {
        var second = SecondRecord(path: path, second: try row.required("second"))
        second.callers = try row.required("callers")
        second.framesScheduled = try row.required("frames_scheduled")
        second.framesOnTime = try row.required("frames_on_time")
        second.tickLateness = Nanoseconds(try row.required("tick_lateness_ns"))
        return second
    }
}
