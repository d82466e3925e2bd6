// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.systems;

import io.cairn.benchmarks.load.KeyValues;
import io.cairn.benchmarks.load.WorkKind;
import io.cairn.benchmarks.load.Workload;
import io.cairn.benchmarks.measure.Stopwatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Members of etcd, asked over the JSON gateway of each. */
public final class EtcdGroup implements Contender {

  /** As reports have it. */
  public static final String NAME = "etcd";

  private static final Duration START = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final Pattern MEMBER = Pattern.compile("\"member_id\":\"(\\d+)\"");
  private static final Pattern LEADER = Pattern.compile("\"leader\":\"(\\d+)\"");

  private final int firstPort;
  private final List<ServerProcess> members = new ArrayList<>();
  private final Workload workload = new KeyValues();
  private final HostClient client = new HostClient();

  /** Starts so many; each takes two ports in a row. */
  public EtcdGroup(Path program, Launch launch, int firstPort, int count)
      throws IOException, InterruptedException {
    this.firstPort = firstPort;
    String cluster =
        IntStream.range(0, count)
            .mapToObj(i -> "n" + i + "=" + url(firstPort + 2 * i + 1))
            .collect(Collectors.joining(","));
    for (int i = 0; i < count; i++) {
      String own = url(firstPort + 2 * i);
      String peer = url(firstPort + 2 * i + 1);
      List<String> line = new ArrayList<>(launch.pinned());
      line.addAll(
          List.of(
              program.toString(),
              "--name=n" + i,
              "--data-dir=" + launch.sandbox().resolve("etcd-" + firstPort + "-" + i),
              "--listen-client-urls=" + own,
              "--advertise-client-urls=" + own,
              "--listen-peer-urls=" + peer,
              "--initial-advertise-peer-urls=" + peer,
              "--initial-cluster=" + cluster,
              "--log-level=error",
              "--logger=zap"));
      members.add(
          ServerProcess.start(
              firstPort + 2 * i,
              line,
              launch.sandbox().resolve("etcd-" + firstPort + "-" + i + ".log"),
              count == 1));
    }
  }

  private static String url(int port) {
    return "http://127.0.0.1:" + port;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Long> pids() {
    return members.stream().map(ServerProcess::pid).toList();
  }

  @Override
  public List<Integer> ports() {
    return IntStream.range(0, members.size()).mapToObj(i -> firstPort + 2 * i).toList();
  }

  @Override
  public Workload workload() {
    return workload;
  }

  @Override
  public void await() throws IOException, InterruptedException {
    for (int port : ports()) {
      if (!new Stopwatch().await(START, PAUSE, () -> hasLeader(port))) {
        throw new IOException("etcd at port " + port + " found no leader");
      }
    }
  }

  private boolean hasLeader(int port) throws InterruptedException {
    Matcher leader = LEADER.matcher(status(port));
    return leader.find() && !leader.group(1).equals("0");
  }

  private boolean leads(int port) throws InterruptedException {
    String status = status(port);
    Matcher member = MEMBER.matcher(status);
    Matcher leader = LEADER.matcher(status);
    return member.find() && leader.find() && member.group(1).equals(leader.group(1));
  }

  private String status(int port) throws InterruptedException {
    String status = client.send(port, "POST", "/v3/maintenance/status", "{}");
    return status == null ? "" : status;
  }

  /** Its leader is what an owner is elsewhere. */
  @Override
  public int port(WorkKind work) throws InterruptedException {
    if (work == WorkKind.GET || work == WorkKind.GET_OTHER) {
      for (int port : ports()) {
        if (leads(port) == (work == WorkKind.GET)) {
          return port;
        }
      }
    }
    return firstPort;
  }

  @Override
  public void close() {
    client.close();
    members.forEach(ServerProcess::close);
  }
}
