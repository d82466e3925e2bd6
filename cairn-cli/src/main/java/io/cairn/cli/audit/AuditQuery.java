// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli.audit;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Which records of who did what are wanted, and how one is shown. For one thread. */
public final class AuditQuery {

  private static final String AUDIT = "/core/audit";
  private static final String USERS = "/core/authz/users/";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final List<String> conditions = new ArrayList<>();

  /** Of one user: what it did, and logins by its name. An e-mail address means the user of it. */
  public AuditQuery user(String user) {
    String link = quoted(user.startsWith("/") ? user : USERS + user);
    conditions.add("(subjectLink eq %s or userLink eq %s)".formatted(link, link));
    return this;
  }

  /** What was done to a link; one that ends in {@code *} means all that begin so. */
  public AuditQuery link(String link) {
    conditions.add("link eq " + quoted(link));
    return this;
  }

  /** Of one action, such as {@code login}. */
  public AuditQuery action(String action) {
    conditions.add("action eq " + quoted(action.toUpperCase(Locale.ROOT).replace('-', '_')));
    return this;
  }

  /** Since a time, in microseconds since 1970. */
  public AuditQuery since(long micros) {
    conditions.add("timeMicros ge " + micros);
    return this;
  }

  /**
   * The path to GET, which answers with the newest.
   *
   * @param most how many
   */
  public String path(int most) {
    String filter =
        conditions.isEmpty() ? "" : "&$filter=" + escaped(String.join(" and ", conditions));
    return AUDIT + "?expand&$orderby=" + escaped("timeMicros desc") + "&$top=" + most + filter;
  }

  private static String quoted(String value) {
    return "'" + value.replace("'", "''") + "'";
  }

  private static String escaped(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** The heads of the columns. */
  public static String[] heads() {
    return new String[] {"TIME (UTC)", "ACTION", "WHO", "FROM", "WHAT", "RESULT", "NODE"};
  }

  /** A record as a row of the columns. */
  public static String[] row(JsonNode record) {
    String what = record.path("verb").asString("") + ' ' + record.path("link").asString("");
    String detail = record.path("detail").asString("");
    String result =
        record.path("outcome").asString("-").toLowerCase(Locale.ROOT)
            + (record.path("status").asInt(0) == 0 ? "" : " " + record.path("status").asInt(0))
            + (record.path("count").asLong(1) == 1 ? "" : " x" + record.path("count").asLong(1));
    return new String[] {
      TIME.format(Instant.EPOCH.plus(record.path("timeMicros").asLong(0), ChronoUnit.MICROS)),
      record.path("action").asString("-"),
      who(record),
      record.path("address").asString("-"),
      (detail.isEmpty() ? what : what + " (" + detail + ')').strip(),
      result,
      record.path("nodeId").asString("-")
    };
  }

  private static String who(JsonNode record) {
    String subject = record.path("subjectLink").asString("");
    String named = record.path("userLink").asString("");
    boolean guest = subject.isEmpty() || record.path("subjectKind").asString("").equals("GUEST");
    String link = guest && !named.isEmpty() ? named : subject;
    String name = link.startsWith(USERS) ? link.substring(USERS.length()) : link;
    if (guest) {
      return named.isEmpty() ? "-" : "as " + name;
    }
    return name;
  }
}
