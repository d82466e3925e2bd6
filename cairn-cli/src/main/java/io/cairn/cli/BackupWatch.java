// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Follows a backup, or a restoration, until it has ended. */
final class BackupWatch {
  private static final long POLL_MILLIS = 250;
  private static final int UNANSWERED = 40;

  private final RequestCommand command;
  private final StandardStreams streams;
  private String shown = "";

  BackupWatch(RequestCommand command, StandardStreams streams) {
    this.command = command;
    this.streams = streams;
  }

  /**
   * Follows what a host has accepted.
   *
   * @return the exit code
   */
  int follow(HostAnswer accepted) {
    JsonNode job = accepted.requireJson();
    String link = job.path("documentSelfLink").asString("");
    int unanswered = 0;
    while (stage(job).equals("STARTED")) {
      show(job);
      pause();
      try {
        HostAnswer answer = command.exchange(new RequestDocument("GET", link, null));
        if (!answer.isSuccess()) {
          throw CommandFailure.refused(
              "the host does not know %s any more: it was restarted".formatted(link));
        }
        job = answer.requireJson();
        unanswered = 0;
      } catch (CommandFailure failure) {
        unanswered++;
        if (failure.exitCode() != ExitCode.UNREACHABLE || unanswered == UNANSWERED) {
          throw failure;
        }
      }
    }
    return end(job);
  }

  private static String stage(JsonNode job) {
    return job.path("taskInfo").path("stage").asString("");
  }

  /** One line for each tenth, so that a log of it stays short. */
  private void show(JsonNode job) {
    long total = job.path("bytesTotal").asLong(0);
    String step = job.path("step").asString("");
    String now =
        total == 0
            ? step
            : "%s: %d%% of %s"
                .formatted(step, job.path("bytesDone").asLong(0) * 10 / total * 10, size(total));
    if (!step.isEmpty() && !now.equals(shown)) {
      shown = now;
      streams.err().println(now);
    }
  }

  private int end(JsonNode job) {
    job.path("notes").forEach(note -> streams.out().println(note.asString("")));
    if (!stage(job).equals("FINISHED")) {
      throw CommandFailure.refused(
          job.path("taskInfo").path("failure").path("message").asString("it was not done"));
    }
    long documents = job.path("documentCount").asLong(0);
    String backup = job.path("backup").asString("");
    streams
        .out()
        .println(
            switch (job.path("action").asString("")) {
              case "BACKUP" ->
                  "backed up as %s (%s copied)"
                      .formatted(backup, size(job.path("bytesDone").asLong(0)));
              case "RESTORE" -> "restored %d documents of %s".formatted(documents, backup);
              default -> "wiped %d documents; the group is empty".formatted(documents);
            });
    return ExitCode.OK;
  }

  private static String size(long bytes) {
    if (bytes < 1 << 20) {
      return "%d KiB".formatted((bytes + 1023) >> 10);
    }
    return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandFailure.unreachable("interrupted; the host goes on");
    }
  }
}
