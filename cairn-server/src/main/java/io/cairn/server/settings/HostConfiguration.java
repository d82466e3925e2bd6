// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.settings;

import io.cairn.host.ServiceHost;
import io.cairn.server.settings.Setting.Effect;
import io.cairn.server.settings.SettingSources.Found;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a host is told when it starts. A value is taken from the first of these that has one: the
 * command line ({@code --port=8000}), system properties ({@code -Dcairn.port}, then {@code
 * -Dxenon.port}), the environment ({@code CAIRN_PORT}), the file that {@code --config} names, the
 * default.
 *
 * @param host the host's own settings
 * @param logFormat how events are written
 * @param logLevel how much is logged, in the logger's words
 * @param notes what was accepted and has no effect, a sentence each
 */
public record HostConfiguration(
    ServiceHost.Arguments host, LogFormat logFormat, String logLevel, List<String> notes) {

  /**
   * Reads the settings.
   *
   * @param arguments of the form {@code --name=value}; the last of a name counts
   * @throws ConfigurationException if any is unknown or malformed; it lists all of them
   */
  public static HostConfiguration read(
      List<String> arguments, Properties systemProperties, Map<String, String> environment)
      throws ConfigurationException {
    SettingSources sources = new SettingSources(arguments, systemProperties, environment);
    List<String> problems = new ArrayList<>(sources.problems());
    List<String> notes = new ArrayList<>();
    Draft draft = new Draft();
    for (Setting setting : Settings.all()) {
      Found found = sources.find(setting);
      if (found != null) {
        take(setting, found, draft, new Findings(problems, notes));
      }
    }
    checkTogether(draft, problems);
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return new HostConfiguration(draft.host, draft.logFormat, draft.logLevel, List.copyOf(notes));
  }

  private record Findings(List<String> problems, List<String> notes) {}

  private static void take(Setting setting, Found found, Draft draft, Findings findings) {
    if (found.value().isEmpty()) {
      findings.problems.add(found.origin() + " is empty; " + setting.form() + " is expected");
      return;
    }
    try {
      setting.taker().accept(draft, found.value());
    } catch (IllegalArgumentException e) {
      String shown = setting.isSecret() ? "" : " is \"" + found.value() + "\" and";
      findings.problems.add(found.origin() + shown + " " + e.getMessage());
      return;
    }
    if (setting.effect() == Effect.OBEYED || sameAsDefault(setting, found.value())) {
      return;
    }
    if (setting.effect() == Effect.NONE) {
      findings.notes.add(found.origin() + " has no effect: " + setting.meaning());
    } else {
      findings.problems.add(
          found.origin() + " cannot be used: " + setting.meaning() + "; leave it out");
    }
  }

  private static boolean sameAsDefault(Setting setting, String value) {
    String fallback = setting.defaultText();
    return fallback != null
        && (fallback.equalsIgnoreCase(value)
            || (fallback.equals("false") && value.equals("0"))
            || (fallback.equals("true") && value.equals("1")));
  }

  private static void checkTogether(Draft draft, List<String> problems) {
    ServiceHost.Arguments host = draft.host;
    if (host.port < 0 && host.securePort < 0) {
      problems.add("--port and --securePort are both -1, which leaves nothing to listen on");
    }
    if (host.port > 0 && host.port == host.securePort) {
      problems.add("--port and --securePort are the same; give each its own");
    }
    if (host.securePort >= 0) {
      checkFile("--certificateFile", host.certificateFile, problems);
      checkFile("--keyFile", host.keyFile, problems);
    }
    if (!host.sslClientAuthMode.equals("NONE") && host.securePort < 0) {
      problems.add("--sslClientAuthMode needs --securePort");
    }
    for (String peer : draft.peerNodes) {
      if (!isThisHost(peer, host)) {
        problems.add(
            "--peerNodes names "
                + peer
                + ", and this version runs hosts that stand alone; leave it out");
      }
    }
  }

  private static void checkFile(String name, @Nullable Path file, List<String> problems) {
    if (file == null) {
      problems.add("--securePort needs " + name);
    } else if (!Files.isReadable(file)) {
      problems.add(name + ": cannot read " + file);
    }
  }

  /** An entry without a scheme is a host name, with the default port. */
  private static boolean isThisHost(String peer, ServiceHost.Arguments host) {
    if (peer.equals(host.publicUri)) {
      return true;
    }
    try {
      URI uri = URI.create(peer.startsWith("http") ? peer : "http://" + peer);
      int port = uri.getPort() >= 0 ? uri.getPort() : ServiceHost.DEFAULT_PORT;
      boolean here =
          Objects.equals(uri.getHost(), host.bindAddress)
              || Set.of("localhost", "127.0.0.1", "[::1]").contains(String.valueOf(uri.getHost()));
      return here && (port == host.port || port == host.securePort);
    } catch (IllegalArgumentException malformed) {
      return false;
    }
  }

  /** The help's list of settings. */
  public static String help() {
    StringBuilder text = new StringBuilder();
    for (Setting setting : Settings.all()) {
      if (setting.effect() == Effect.OBEYED) {
        String left = "  --" + setting.name() + "=" + setting.form();
        String fallback = setting.defaultText() == null ? "" : " [" + setting.defaultText() + "]";
        text.append(String.format("%-46s %s%s%n", left, setting.meaning(), fallback));
      }
    }
    return text.toString();
  }
}
