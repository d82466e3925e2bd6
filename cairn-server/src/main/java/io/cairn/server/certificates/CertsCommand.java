// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.certificates;

import static java.util.Objects.requireNonNull;

import io.cairn.cli.ExitCode;
import io.cairn.net.NetClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cairn certs}: makes what HTTPS needs, to try it out. */
@Command(
    name = "certs",
    usageHelpWidth = 100,
    description = "Make a test authority and a certificate of it, to try HTTPS.",
    footer = {
      "",
      "Makes ca.crt, node.crt, node.key and truststore.p12 (password changeit) in DIR. The certificate",
      "is good for localhost, 127.0.0.1, ::1 and what --host adds, to listen and to dial.",
      "One certificate may serve several hosts: name them all, and copy the files.",
      "",
      "Exit codes: 0 made, 1 could not be written, 2 wrong usage or files that are there already.",
    })
public final class CertsCommand implements Callable<Integer> {
  private static final int FAILED = 1;

  private final InstantSource clock;
  private final Path javaHome;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", paramLabel = "DIR", description = "where to put the files")
  private Path directory = Path.of(".");

  @Option(
      names = "--host",
      paramLabel = "NAME",
      split = ",",
      description = "a further name or address; may be repeated")
  private List<String> hosts = new ArrayList<>();

  @Option(names = "--force", description = "replace files that are there")
  private boolean force;

  @SuppressWarnings("UnusedVariable") // That it is declared is what matters.
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help")
  private boolean help;

  /**
   * A command that takes the time from {@code clock}.
   *
   * @param javaHome where the Java is installed whose keytool makes keys
   */
  CertsCommand(InstantSource clock, Path javaHome) {
    this.clock = clock;
    this.javaHome = javaHome;
  }

  /** Returns a command that uses the Java that runs. */
  public static CertsCommand ofProcess() {
    return new CertsCommand(NetClock.timeOfDay(), Path.of(System.getProperty("java.home")));
  }

  @Override
  public Integer call() {
    CommandSpec own = requireNonNull(spec);
    PrintWriter out = own.commandLine().getOut();
    PrintWriter err = own.commandLine().getErr();
    List<Path> present =
        TestCertificates.FILES.stream().map(directory::resolve).filter(Files::exists).toList();
    if (!present.isEmpty() && !force) {
      present.forEach(file -> err.println("cairn: there is already a file " + file));
      err.println("cairn: nothing was written; --force replaces them");
      return ExitCode.USAGE;
    }
    try {
      HostNames names = HostNames.loopbackAnd(hosts);
      LocalDate until =
          new TestCertificates(clock, new SecureRandom(), javaHome)
              .writeTo(directory, names)
              .atZone(ZoneOffset.UTC)
              .toLocalDate();
      out.print(report(names, until));
      out.flush();
      return ExitCode.OK;
    } catch (IllegalArgumentException e) {
      err.println("cairn: --host: " + e.getMessage());
      return ExitCode.USAGE;
    } catch (IllegalStateException e) {
      err.println("cairn: " + e.getMessage());
      return FAILED;
    } catch (IOException | GeneralSecurityException e) {
      err.println("cairn: cannot write to " + directory + ": " + e);
      return FAILED;
    }
  }

  private String report(HostNames names, LocalDate until) {
    return """
        Made for tests, for %s, until %s:
          %s  the authority; clients and peers trust it
          %s  the certificate, and the authority's after it
          %s  its key; keep it to yourself
          %s  the authority for Java, password %s

        Start a host:
          ./cairn start --port=-1 --securePort=8000 --certificateFile=%s --keyFile=%s --caFile=%s

        Talk to it:
          curl --cacert %s https://localhost:8000/core/examples
          ./cairn get /core/examples --host https://localhost:8000 --cacert %s

        The authority's key was not kept: it signs nothing else. For more names, make all anew.
        """
        .formatted(
            String.join(", ", names.names()),
            until,
            shown(TestCertificates.AUTHORITY),
            shown(TestCertificates.CERTIFICATE),
            shown(TestCertificates.KEY),
            shown(TestCertificates.TRUST_STORE),
            TestCertificates.TRUST_STORE_PASSWORD,
            shown(TestCertificates.CERTIFICATE),
            shown(TestCertificates.KEY),
            shown(TestCertificates.AUTHORITY),
            shown(TestCertificates.AUTHORITY),
            shown(TestCertificates.AUTHORITY));
  }

  /** As a shell takes it. */
  private String shown(String file) {
    String path = directory.resolve(file).toString();
    return path.matches("[\\w@%+=:,./-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
  }
}
