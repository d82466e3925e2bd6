// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.document.DocumentJson;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.security.Needs;
import io.cairn.runtime.tracing.LogLevels;
import io.cairn.service.Operation;
import io.cairn.service.StandardRefusal;
import io.cairn.service.StatelessService;
import io.cairn.service.Utils;
import io.cairn.service.uri.ServiceUriPaths;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Shows how much each logger of this process logs, and changes it: until the process ends, or for
 * as long as is said. Each change is a line of the log. While authorization is off, changes are
 * asked for from the host's own machine.
 */
@Needs(read = Access.GRANTED, write = Access.GRANTED)
final class LogLevelsService extends StatelessService {
  static final String SELF_LINK = ServiceUriPaths.CORE_MANAGEMENT_LOG_LEVELS;

  /** Loggers that may have a level other than at the start: each name costs memory for ever. */
  static final int MOST_CHANGED = 200;

  private static final Logger log = LoggerFactory.getLogger(LogLevelsService.class);
  private static final List<String> LEVELS =
      List.of("OFF", "ERROR", "WARN", "INFO", "DEBUG", "TRACE");
  private static final List<String> FIELDS = List.of("logger", "level", "forSeconds");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.$-]{1,200}");
  private static final long LONGEST_SECONDS = Duration.ofDays(7).toSeconds();

  private final LogLevels levels;
  private final Guard guard;

  /** What was changed, by logger; guarded by this. */
  private final Map<String, Changed> changed = new TreeMap<>();

  /**
   * A level that was changed.
   *
   * @param before what it was at first; null if it was that of the logger above
   * @param untilMicros when that comes back; null if it does not
   * @param back brings it back; null if nothing does
   */
  private record Changed(
      @Nullable String before, @Nullable Long untilMicros, @Nullable ScheduledFuture<?> back) {}

  /**
   * What is shown.
   *
   * @param levels of the loggers that have one of their own
   * @param changed those that somebody has changed, with when each ends, in microseconds since
   *     1970; 0 for never
   */
  record Shown(Map<String, String> levels, Map<String, Long> changed) {}

  LogLevelsService(LogLevels levels, Guard guard) {
    this.levels = levels;
    this.guard = guard;
    toggleOption(ServiceOption.CORE, true);
  }

  @Override
  public void handleGet(Operation get) {
    if (isPossible(get)) {
      get.setBodyNoCloning(shown()).complete();
    }
  }

  private boolean isPossible(Operation op) {
    if (levels.isSupported()) {
      return true;
    }
    op.fail(
        Operation.STATUS_CODE_NOT_FOUND,
        new IllegalStateException(
            "This process does not log with Logback: its levels are set where its log is set up"),
        null);
    return false;
  }

  private synchronized Shown shown() {
    Map<String, Long> until = new TreeMap<>();
    changed.forEach(
        (logger, each) -> until.put(logger, each.untilMicros() == null ? 0 : each.untilMicros()));
    return new Shown(new TreeMap<>(levels.own()), until);
  }

  /** Changes the level of one logger. */
  @Override
  public void handlePatch(Operation patch) {
    if (!isPossible(patch)) {
      return;
    }
    if (!guard.isOn() && !ServiceHostManagementService.isFromThisMachine(patch)) {
      patch.fail(
          Operation.STATUS_CODE_FORBIDDEN,
          new IllegalStateException(
              "Levels are changed from the host's own machine, over a loopback address, while authorization is off"),
          null);
      return;
    }
    JsonNode wanted = body(patch);
    String logger = wanted.path("logger").asString("");
    if (!NAME.matcher(logger).matches()) {
      throw new IllegalArgumentException(
          "logger is required: the name of one, such as io.cairn.cluster, or ROOT for all");
    }
    String level = level(wanted);
    long seconds = seconds(wanted);
    String told =
        "The level of logger %s is %s from now on%s, as asked by %s"
            .formatted(
                logger,
                level == null ? "what it was" : level,
                seconds > 0 ? " for " + seconds + " s" : "",
                callerOf(patch));
    if (!change(logger, level, seconds, told)) {
      StandardRefusal.LIMIT_EXCEEDED.answer(
          patch,
          "The levels of %d loggers are changed, as many as may be: give some back their level (level null)"
              .formatted(MOST_CHANGED));
      return;
    }
    patch.setBodyNoCloning(shown()).complete();
  }

  private static JsonNode body(Operation patch) {
    Object body = patch.getBodyRaw();
    JsonNode sent =
        body == null ? null : DocumentJson.standard().toTree(patch.getBody(JsonNode.class));
    if (sent == null || !sent.isObject()) {
      throw new IllegalArgumentException(
          "body is required: {\"logger\": NAME, \"level\": LEVEL, \"forSeconds\": COUNT}");
    }
    for (String name : sent.propertyNames()) {
      if (!FIELDS.contains(name)) {
        throw new IllegalArgumentException(
            "There is no field %s. Known are %s".formatted(name, String.join(", ", FIELDS)));
      }
    }
    return sent;
  }

  private static @Nullable String level(JsonNode wanted) {
    if (wanted.has("level") && wanted.path("level").isNull()) {
      return null;
    }
    String level = wanted.path("level").asString("").toUpperCase(Locale.ROOT);
    if (!LEVELS.contains(level)) {
      throw new IllegalArgumentException(
          "level must be one of %s, or null for what it was at the start"
              .formatted(String.join(", ", LEVELS)));
    }
    return level;
  }

  private static long seconds(JsonNode wanted) {
    JsonNode sent = wanted.path("forSeconds");
    if (sent.isMissingNode() || sent.isNull()) {
      return 0;
    }
    if (!sent.isIntegralNumber() || sent.asLong() < 1 || sent.asLong() > LONGEST_SECONDS) {
      throw new IllegalArgumentException(
          "forSeconds must be a whole number from 1 to " + LONGEST_SECONDS);
    }
    return sent.asLong();
  }

  /** Returns false if too many are changed already. */
  private synchronized boolean change(
      String logger, @Nullable String level, long seconds, String told) {
    Changed before = changed.get(logger);
    if (before == null && changed.size() >= MOST_CHANGED) {
      return false;
    }
    if (before != null && before.back() != null) {
      var _ = before.back().cancel(false);
    }
    if (before == null && level == null) {
      return true; // nothing to give back: a logger that nobody knows must not be made
    }
    String first = before == null ? levels.own().get(logger) : before.before();
    if (level == null) {
      set(logger, first, told);
      changed.remove(logger);
      return true;
    }
    set(logger, level, told);
    if (seconds == 0) {
      changed.put(logger, new Changed(first, null, null));
    } else {
      long until = Utils.getSystemNowMicrosUtc() + TimeUnit.SECONDS.toMicros(seconds);
      ScheduledFuture<?> back =
          getHost().schedule(() -> bringBack(logger, until), seconds, TimeUnit.SECONDS);
      changed.put(logger, new Changed(first, until, back));
    }
    return true;
  }

  /** Brings a level back, unless it was changed again meanwhile. */
  private synchronized void bringBack(String logger, long untilMicros) {
    Changed over = changed.get(logger);
    if (over != null && Objects.equals(over.untilMicros(), untilMicros)) {
      changed.remove(logger);
      set(
          logger,
          over.before(),
          "The time is over: the level of logger %s is what it was".formatted(logger));
    }
  }

  /** Tells of a change before it is made, or else after it: one of the two is seen. */
  private void set(String logger, @Nullable String level, String told) {
    boolean heard = log.isWarnEnabled();
    log.warn(told);
    levels.set(logger, level);
    if (!heard) {
      log.warn(told);
    }
  }

  private String callerOf(Operation patch) {
    String who = guard.isOn() ? Guard.subjectOf(patch).link() + " at " : "";
    return who
        + (patch.getCaller() instanceof InetSocketAddress address && address.getAddress() != null
            ? address.getAddress().getHostAddress()
            : "a service of this host");
  }

  /** A level that was changed for a time is what it was, also if the host ends before. */
  @Override
  public void handleStop(Operation stop) {
    synchronized (this) {
      changed.forEach(
          (logger, each) -> {
            if (each.back() != null) {
              var _ = each.back().cancel(false);
              levels.set(logger, each.before());
            }
          });
      changed.clear();
    }
    stop.complete();
  }
}
