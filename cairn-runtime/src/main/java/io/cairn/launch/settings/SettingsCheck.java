// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import io.cairn.launch.settings.SettingSources.Found;
import io.cairn.net.LoopbackNames;
import io.cairn.net.tls.ReloadingTls;
import io.cairn.net.tls.TlsConfig;
import io.cairn.net.tls.UnusableCertificateException;
import io.cairn.service.ServiceHost;
import io.cairn.service.security.BrowserArguments;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks settings against each other, and against the files that they name. */
final class SettingsCheck {
  private static final int SHORTEST_SECRET = 8;
  private static final int LARGEST_SECRET_FILE = 64 << 10;

  private final Draft draft;
  private final ServiceHost.Arguments host;
  private final Problems sorted;
  private final List<String> problems;

  private final SecureStart secure;

  SettingsCheck(Draft draft, SecureStart secure, Problems problems) {
    this.draft = draft;
    this.secure = secure;
    this.host = draft.host;
    this.sorted = problems;
    this.problems = problems.usage();
  }

  void run() {
    checkPorts();
    checkTls();
    checkSecret();
    checkIssuer();
    checkBrowsers();
    problems.addAll(host.security.sessions.problems());
    host.peerNodes = PeerList.others(draft.peerNodes, host, problems).toArray(String[]::new);
    if (draft.nodes > 1) {
      checkNodes();
    }
    if (draft.wantsMajority) {
      host.membershipQuorum = majority();
    }
    secure.check(majority(), problems);
  }

  private int majority() {
    List<String> seeds = draft.seeds;
    // A node that is no seed counts the same seeds as one that is.
    int named = seeds == null ? host.peerNodes.length + 1 : Math.max(1, seeds.size());
    int hosts = draft.nodes > 1 ? draft.nodes : named;
    return hosts / 2 + 1;
  }

  /** Keys that come over the network in clear could be anybody's. */
  private void checkIssuer() {
    String keys = host.security.oidcKeysUri;
    boolean none = host.security.oidcIssuer == null;
    if (none != (keys == null) || none != (host.security.oidcAudience == null)) {
      problems.add("--oidcIssuer, --oidcAudience and --oidcKeysUri go together: give all three");
    } else if (keys != null
        && !keys.startsWith("https:")
        && !LoopbackNames.contains(String.valueOf(URI.create(keys).getHost()))) {
      problems.add("--oidcKeysUri must begin with https://, unless it is on this machine");
    }
  }

  /** Browsers take the one from HTTPS alone, and the other without origins would do nothing. */
  private void checkBrowsers() {
    BrowserArguments browsers = host.security.browsers;
    if (browsers.strictTransportSecurityMicros > 0 && host.securePort < 0) {
      problems.add("--strictTransportSecurity needs --securePort");
    }
    if (browsers.corsCredentials && browsers.corsOrigins.length == 0) {
      problems.add("--corsCredentials needs --corsOrigins: there is nobody whose cookies count");
    }
  }

  private record Port(String name, int number) {}

  private List<Port> ports() {
    return List.of(
        new Port("--port", host.port),
        new Port("--securePort", host.securePort),
        new Port("--peerPort", host.peerPort));
  }

  private void checkPorts() {
    if (host.port < 0 && host.securePort < 0) {
      problems.add("--port and --securePort are both -1, which leaves nothing to listen on");
    }
    List<Port> used = ports().stream().filter(port -> port.number > 0).toList();
    for (int i = 0; i < used.size(); i++) {
      for (Port other : used.subList(i + 1, used.size())) {
        int apart = Math.abs(used.get(i).number - other.number);
        if (apart == 0) {
          problems.add(
              used.get(i).name + " and " + other.name + " are the same; give each its own");
        } else if (apart < draft.nodes) {
          problems.add(
              "%s and %s are less than %d apart, and --nodes=%d takes consecutive ports"
                  .formatted(used.get(i).name, other.name, draft.nodes, draft.nodes));
        }
      }
    }
  }

  private void checkNodes() {
    for (Port port : ports()) {
      if (port.number == 0) {
        problems.add(port.name + " is 0, and --nodes counts up from it; give a port");
      } else if (port.number + draft.nodes - 1 > 65_535) {
        problems.add(port.name + " leaves no room for " + draft.nodes + " consecutive ports");
      }
    }
    if (host.publicUri != null) {
      problems.add("--publicUri names one host, and --nodes starts several; leave it out");
    }
  }

  private void checkTls() {
    if (host.securePort < 0) {
      if (!host.sslClientAuthMode.equals("NONE")) {
        problems.add("--sslClientAuthMode needs --securePort");
      }
      if (host.caFile != null) {
        checkFile("--caFile", host.caFile);
      }
      return;
    }
    int before = problems.size();
    boolean complete = demand("--certificateFile", host.certificateFile);
    complete &= demand("--keyFile", host.keyFile);
    if (host.caFile != null) {
      checkFile("--caFile", host.caFile);
    }
    Path certificate = host.certificateFile;
    Path key = host.keyFile;
    if (!complete || problems.size() > before || certificate == null || key == null) {
      return;
    }
    try {
      ReloadingTls.check(
          new TlsConfig(
              certificate,
              key,
              host.keyPassphrase,
              host.caFile,
              TlsConfig.ClientAuth.valueOf(host.sslClientAuthMode)));
    } catch (UnusableCertificateException e) {
      problems.add("--certificateFile, --keyFile and --caFile: " + e.getMessage());
    }
  }

  /** Whether a file that HTTPS cannot do without is named. */
  private boolean demand(String name, @Nullable Path file) {
    Found ssl = draft.secureSince;
    if (file != null) {
      checkFile(name, file);
    } else if (ssl != null) {
      sorted.add(ssl, "is true and needs " + name);
    } else {
      problems.add("--securePort needs " + name);
    }
    return file != null;
  }

  private void checkFile(String name, Path file) {
    if (!Files.isReadable(file)) {
      problems.add(name + ": cannot read " + file);
    }
  }

  private void checkSecret() {
    host.clusterSecret = secret("--clusterSecret", host.clusterSecret, draft.clusterSecretFile);
    host.security.adminPassword =
        secret("--adminPassword", host.security.adminPassword, draft.adminPasswordFile);
  }

  /** What is given as it is, or in a file. */
  private @Nullable String secret(String name, @Nullable String given, @Nullable Path file) {
    String secret = given;
    if (file != null && given != null) {
      problems.add("%s and %sFile are both given; keep one".formatted(name, name));
    } else if (file != null) {
      secret = read(name + "File", file);
    }
    if (secret != null && secret.length() < SHORTEST_SECRET) {
      problems.add(
          (file == null ? name : name + "File")
              + " is too short to be a secret; it must have at least "
              + SHORTEST_SECRET
              + " characters");
    }
    return secret;
  }

  private @Nullable String read(String name, Path file) {
    try {
      if (Files.size(file) <= LARGEST_SECRET_FILE) {
        return Files.readString(file, StandardCharsets.UTF_8).strip();
      }
      problems.add(name + ": " + file + " is too large to hold a secret");
    } catch (IOException e) {
      problems.add(name + ": cannot read " + file);
    }
    return null;
  }

  private static @Nullable String text(@Nullable Path file) {
    return file == null ? null : file.toString();
  }

  /** What the log should say about settings that are in order. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    SecretFile.concern("--clusterSecretFile", text(draft.clusterSecretFile)).ifPresent(notes::add);
    SecretFile.concern("--adminPasswordFile", text(draft.adminPasswordFile)).ifPresent(notes::add);
    SecretFile.concern("--keyFile", text(host.keyFile)).ifPresent(notes::add);
    if (host.security.insecureClients) {
      notes.add("--insecureClients=true: whoever reaches the port can read and change everything");
    }
    if (host.insecurePeers) {
      notes.add("--insecurePeers=true: whoever reaches the port can join the group as a peer");
    } else if (draft.isSpecForOthers && host.clusterSecret == null && host.securePort < 0) {
      notes.add(
          "Nodes of other machines are not believed without --clusterSecret (or its file), a"
              + " certificate, or --insecurePeers=true");
    }
    return notes;
  }
}
