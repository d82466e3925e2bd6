// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import static io.cairn.launch.settings.Setting.obeyed;

import java.util.List;

/** The settings of logs. */
final class LogSettings {
  private static final int MOST_FILES = 1_000;
  private static final long LEAST_BYTES = 1 << 10;
  private static final long MOST_BYTES = 1L << 40;

  /** How much is logged. */
  private enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }

  private LogSettings() {}

  static List<Setting> settings() {
    return List.of(
        obeyed(
            "logFormat",
            "text|json",
            "text",
            "lines for people, or JSON objects",
            (draft, text) -> draft.logFormat = Values.choice(LogFormat.class, text)),
        obeyed(
            "logLevel",
            "error|warn|info|debug|trace",
            "info",
            "how much is logged",
            (draft, text) -> draft.logLevel = Values.choice(LogLevel.class, text).name()),
        obeyed(
            "accessLog",
            "FILE",
            null,
            "a file that gets a line for each request, in the form that logFormat says",
            (draft, text) -> {
              draft.accessLog = Values.path(text);
              draft.host.requests = draft.host.requests.withAccess();
            }),
        obeyed(
            "accessLogSize",
            "SIZE",
            "64M",
            "how large that file may be; then another one is begun",
            (draft, text) -> draft.accessLogSize = size(text)),
        obeyed(
            "accessLogFiles",
            "COUNT",
            "5",
            "how many of these files are kept beside it, as FILE.1 and so on",
            (draft, text) -> draft.accessLogFiles = Values.count(text, 1, MOST_FILES)),
        obeyed(
            "slowRequest",
            "TIME",
            "0",
            "requests that take so long get a line of the log; 0 for none",
            (draft, text) ->
                draft.host.requests = draft.host.requests.withSlow(Values.micros(text))));
  }

  private static long size(String text) {
    long bytes = Values.amount(text, MOST_BYTES);
    if (bytes < LEAST_BYTES) {
      throw new IllegalArgumentException("1K is the least");
    }
    return bytes;
  }
}
