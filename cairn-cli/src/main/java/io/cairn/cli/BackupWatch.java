// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import tools.jackson.databind.JsonNode;

/** Follows a backup, or a restoration, until it has ended. */
final class BackupWatch {
  private static final long POLL_MILLIS = 250;
  private static final int UNANSWERED = 40;

  private final RequestCommand command;
  private final StandardStreams streams;
  private final ProgressLine progress;

  BackupWatch(RequestCommand command, StandardStreams streams) {
    this.command = command;
    this.streams = streams;
    this.progress = new ProgressLine(streams);
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

  private void show(JsonNode job) {
    long total = job.path("bytesTotal").asLong(0);
    String step = job.path("step").asString("");
    String now =
        total == 0
            ? step
            : "%s: %s of %s"
                .formatted(
                    step,
                    ProgressLine.tenth(job.path("bytesDone").asLong(0), total),
                    ProgressLine.size(total));
    if (!step.isEmpty()) {
      progress.show(now, now);
    }
  }

  private int end(JsonNode job) {
    progress.clear();
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
                      .formatted(backup, ProgressLine.size(job.path("bytesDone").asLong(0)));
              case "RESTORE" -> "restored %d documents of %s".formatted(documents, backup);
              default -> "wiped %d documents; the group is empty".formatted(documents);
            });
    return ExitCode.OK;
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
