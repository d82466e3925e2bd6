// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.cli.output.Formats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Sends the documents of a file to a factory, part after part: each part is a request of its own,
 * so that memory holds one, and the place at which to go on is always known. For one thread.
 */
final class ImportRun {
  private static final int PART_BYTES = 4 << 20;
  private static final int PART_RECORDS = 5_000;

  /** A slow import has parts that are done within so many seconds. */
  private static final int PART_SECONDS = 10;

  /** As many documents as a host has under way for one request. */
  private static final int PROGRESS = 32;

  private static final List<String> OUTCOMES =
      List.of("created", "updated", "unchanged", "kept", "failed");

  /**
   * What to import.
   *
   * @param existing REPLACE, KEEP or REFUSE
   * @param from lines before this one are left out
   * @param maxFailures after how many failures it ends
   * @param perSecond how many documents a second at most; 0 for as many as the host takes
   * @param bytes the size of the file; 0 if it is not known
   * @param place where to remember how far it is; null if nobody can go on with it
   */
  record Wish(
      String factory,
      RecordBounds.Form form,
      String existing,
      long from,
      int maxFailures,
      int perSecond,
      long bytes,
      @Nullable ImportPlace place) {}

  /** Some records, and the line at which the first begins. */
  private record Part(ByteArrayOutputStream bytes, long firstLine, long nextLine) {}

  private final RequestCommand command;
  private final StandardStreams streams;
  private final Wish wish;
  private final ProgressLine progress;
  private final Map<String, Long> counts = new LinkedHashMap<>();
  private long nextLine;
  private long offset;
  private boolean noted = true;

  ImportRun(RequestCommand command, StandardStreams streams, Wish wish) {
    this.command = command;
    this.streams = streams;
    this.wish = wish;
    this.progress = new ProgressLine(streams);
    this.nextLine = wish.from();
    OUTCOMES.forEach(outcome -> counts.put(outcome, 0L));
  }

  /**
   * Imports.
   *
   * @return the exit code
   * @throws CommandFailure if the host refuses it, or does not answer; it says where to go on
   */
  int run(InputStream in) throws IOException {
    RecordReader reader = new RecordReader(in, wish.form());
    byte[] header = header(reader);
    try (HostConnection connection = command.connect()) {
      for (Part part = next(reader, header); part != null; part = next(reader, header)) {
        offset = reader.offset();
        String stopped = send(connection, part);
        if (stopped != null) {
          remember();
          end();
          streams.err().println("cairn: " + stopped + "; " + howToGoOn());
          return ExitCode.REFUSED;
        }
        nextLine = part.nextLine();
        remember();
      }
    } catch (CommandFailure failure) {
      remember();
      progress.clear();
      throw failure.with(howToGoOn());
    }
    if (wish.place() != null) {
      wish.place().forget();
    }
    end();
    return count("failed") == 0 ? ExitCode.OK : ExitCode.REFUSED;
  }

  /** The first line of a table, which goes before each part. */
  private byte[] header(RecordReader reader) throws IOException {
    byte[] first = wish.form() == RecordBounds.Form.CSV ? reader.next() : new byte[0];
    if (first == null) {
      throw CommandFailure.usage("the table is empty: its first line must name the fields");
    }
    return first;
  }

  private @Nullable Part next(RecordReader reader, byte[] header) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(header);
    int most =
        wish.perSecond() == 0
            ? PART_RECORDS
            : Math.min(PART_RECORDS, PART_SECONDS * wish.perSecond());
    long firstLine = 0;
    int records = 0;
    while (records < most && bytes.size() < PART_BYTES) {
      byte[] record = reader.next();
      if (record == null) {
        break;
      }
      if (reader.line() >= wish.from()) {
        firstLine = records == 0 ? reader.line() : firstLine;
        bytes.writeBytes(record);
        records++;
      }
    }
    return records == 0 ? null : new Part(bytes, firstLine, reader.nextLine());
  }

  /** Sends a part; returns why the host stopped in it, null if it did not. */
  private @Nullable String send(HostConnection connection, Part part) {
    List<String> parameters = new ArrayList<>();
    parameters.add("factory=" + wish.factory());
    parameters.add("existing=" + wish.existing());
    parameters.add("firstLine=" + part.firstLine());
    parameters.add("maxFailures=" + (wish.maxFailures() - count("failed")));
    parameters.add("progress=" + PROGRESS);
    if (wish.perSecond() > 0) {
      parameters.add("perSecond=" + wish.perSecond());
    }
    Answer answer = new Answer(new LinkedHashMap<>(counts));
    RestRequest request =
        command.request("POST", "/core/bulk/import", parameters, wish.form().mediaType);
    HostAnswer refusal = connection.stream(request, part.bytes().toByteArray(), answer::line);
    if (refusal != null) {
      throw CommandFailure.refused(refusal.reason());
    }
    JsonNode summary = answer.summary;
    if (summary == null) {
      throw CommandFailure.unreachable("the host has broken off its answer");
    }
    return summary.path("complete").asBoolean(false)
        ? null
        : summary.path("stopped").asString("the host has stopped");
  }

  /** Takes the lines that a host answers a part with. */
  private final class Answer {
    private final Map<String, Long> before;
    private @Nullable JsonNode summary;

    private Answer(Map<String, Long> before) {
      this.before = before;
    }

    private void line(String text) {
      JsonNode line;
      try {
        line = Formats.json().readTree(text);
      } catch (JacksonException e) {
        throw CommandFailure.refused("the host's answer is no JSON: " + text);
      }
      if (line.has("summary")) {
        summary = line.path("summary");
        count(summary);
      } else if (line.has("progress")) {
        count(line.path("progress"));
      } else {
        progress.say(said(line));
      }
    }

    private void count(JsonNode part) {
      nextLine = part.path("nextLine").asLong(nextLine);
      before.forEach((name, count) -> counts.put(name, count + part.path(name).asLong(0)));
      String tenth = ProgressLine.tenth(offset, wish.bytes());
      progress.show(
          "%s line %d: %s".formatted(tenth, nextLine - 1, summed()).strip(),
          tenth.isEmpty() ? "" : "importing: " + tenth);
    }
  }

  /** What was wrong with a line. */
  private static String said(JsonNode failed) {
    String where = "line %d: ".formatted(failed.path("line").asLong(0));
    String why = failed.path("error").path("message").asString("it failed");
    String link = failed.path("link").asString("");
    return (why.startsWith(where) ? "" : where) + (link.isEmpty() ? "" : link + ": ") + why;
  }

  private String summed() {
    List<String> parts = new ArrayList<>();
    counts.forEach((name, count) -> parts.add(name + " " + count));
    return String.join(", ", parts);
  }

  private long count(String outcome) {
    return counts.getOrDefault(outcome, 0L);
  }

  private void end() {
    progress.clear();
    streams.out().println(summed());
  }

  private String howToGoOn() {
    return nextLine <= wish.from()
        ? "nothing is done"
        : "everything before line %d is done, go on with %s"
            .formatted(nextLine, wish.place() != null && noted ? "--resume" : "--from=" + nextLine);
  }

  /** An import whose place cannot be remembered goes on. */
  private void remember() {
    if (wish.place() == null || !noted || nextLine <= wish.from()) {
      return;
    }
    try {
      wish.place().note(nextLine);
    } catch (IOException e) {
      noted = false;
      progress.say("cannot write %s: --resume will not work".formatted(wish.place().file()));
    }
  }
}
