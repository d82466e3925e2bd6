// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch;

import io.cairn.cluster.log.LogCorruptedException;
import io.cairn.cluster.log.LogLockedException;
import io.cairn.launch.application.ApplicationException;
import io.cairn.launch.exit.HostExit;
import io.cairn.net.tls.UnusableCertificateException;
import io.cairn.runtime.security.ExposedHostException;
import io.cairn.service.ServiceHost;
import io.cairn.store.disk.StoreException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Says why a host could not start, and finds the exit code for it. */
public final class StartFailure {
  private final ServiceHost.Arguments host;
  private final Path sandbox;
  private final PrintStream err;

  /**
   * Explains failures of one host.
   *
   * @param sandbox where its data are
   */
  public StartFailure(ServiceHost.Arguments host, Path sandbox, PrintStream err) {
    this.host = host;
    this.sandbox = sandbox;
    this.err = err;
  }

  /** Explains a failure; returns one of {@link HostExit}'s numbers. */
  public int explain(Throwable failure) {
    String reason = String.valueOf(failure.getMessage());
    return switch (failure) {
      case ApplicationException e -> {
        err.println("cairn: " + reason);
        yield e.exitCode();
      }
      case TakenPortException e -> taken(Integer.toString(e.port()));
      case BindException e when reason.contains("in use") -> taken(ports());
      case BindException e ->
          usage(
              "cannot listen on "
                  + host.bindAddress
                  + ": "
                  + reason
                  + "; --bindAddress must be an address of this machine");
      case UnknownHostException e ->
          usage("--bindAddress=" + host.bindAddress + " is no known address");
      case UnusableCertificateException e ->
          usage("--certificateFile, --keyFile and --caFile: " + reason);
      case ExposedHostException e -> usage(reason);
      case IllegalArgumentException e when reason.startsWith("nodeId is ") ->
          usage((isNode() ? "the name in the node spec" : "--id") + " cannot be used: " + reason);
      case IOException e when isDiskFull(e) -> data(fullDisk());
      case LogLockedException e -> data("the data are in use by another process: " + reason);
      case LogCorruptedException e -> data("the data are damaged: " + reason);
      case StoreException e -> data("the index of the documents cannot be used: " + reason);
      case FileSystemException e -> data("the data cannot be used: " + e);
      case IOException e -> data("the data in " + sandbox + " cannot be used: " + reason);
      default -> unexpected(failure);
    };
  }

  private static boolean isDiskFull(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String text = String.valueOf(cause.getMessage());
      if (text.contains("No space left") || text.contains("Disk quota exceeded")) {
        return true;
      }
    }
    return false;
  }

  private String fullDisk() {
    String room = "";
    try {
      room = " (" + (Files.getFileStore(sandbox).getUsableSpace() >> 20) + " MB are free)";
    } catch (IOException unknown) {
      // The advice is the same.
    }
    return "the disk of "
        + sandbox
        + " is full"
        + room
        + ": make room, or name a directory on another disk with --sandbox";
  }

  private int taken(String port) {
    err.println(
        "cairn: port "
            + port
            + " of "
            + host.bindAddress
            + " is taken by another process; stop"
            + " that, or choose another"
            + (isNode() ? "" : " with --port=N (0 takes a free one)"));
    return HostExit.PORT_TAKEN;
  }

  /** Its ports are in its spec. */
  private boolean isNode() {
    return !host.nodeProperties.isEmpty();
  }

  private String ports() {
    return IntStream.of(host.port, host.securePort, host.peerPort)
        .filter(port -> port > 0)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(" or "));
  }

  private int usage(String text) {
    err.println("cairn: " + text);
    return HostExit.USAGE;
  }

  private int data(String text) {
    err.println("cairn: " + text);
    return HostExit.DATA_UNUSABLE;
  }

  private int unexpected(Throwable failure) {
    err.println("cairn: could not start: " + failure);
    failure.printStackTrace(err);
    return HostExit.FAILED;
  }
}
