// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.systems;

import io.cairn.benchmarks.load.FixedAnswers;
import io.cairn.benchmarks.load.LuceneRequests;
import io.cairn.benchmarks.load.WorkKind;
import io.cairn.benchmarks.load.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The ceiling of a server on Netty: {@link BareServer} in a process of its own. */
public final class BareNetty implements Contender {

  /** As reports have it. */
  public static final String NAME = "bare Netty";

  private static final String DOCUMENT =
      """
      {"keyValues":{"colour":"green","size":"large","place":"here"},"counter":1,"name":"name-000001",\
      "tags":[],"documentVersion":0,"documentEpoch":0,"documentKind":"com:vmware:xenon:services:\
      common:ExampleService:ExampleServiceState","documentSelfLink":"/core/examples/one",\
      "documentUpdateTimeMicros":1795332906712000,"documentUpdateAction":"POST",\
      "documentExpirationTimeMicros":0,"documentOwner":"011be8fa-ce53-83eb-75d3-77b7c95ed332",\
      "documentSignature":"2213ef5a32cc6ac6b3aceb6b874152ced9315657"}""";

  /** The same with Lucene behind it. */
  public static final String LUCENE = "bare Lucene";

  private final String name;
  private final int port;
  private final ServerProcess process;
  private final Workload workload;

  /** Starts it. */
  public BareNetty(Launch launch, int port) throws IOException, InterruptedException {
    this(launch, port, NAME, body(launch), new FixedAnswers());
  }

  /** Starts one that answers with what Lucene finds. */
  public static BareNetty withLucene(Launch launch, int port)
      throws IOException, InterruptedException {
    Path index = launch.sandbox().resolve("bare-lucene-" + port);
    return new BareNetty(launch, port, LUCENE, index, new LuceneRequests());
  }

  private BareNetty(Launch launch, int port, String name, Path source, Workload workload)
      throws IOException, InterruptedException {
    this.name = name;
    this.port = port;
    this.workload = workload;
    this.process =
        ServerProcess.java(
            launch,
            System.getProperty("java.class.path"),
            port,
            List.of(BareServer.class.getName(), Integer.toString(port), source.toString()),
            "bare-" + port + ".log");
  }

  private static Path body(Launch launch) throws IOException {
    Path body = launch.sandbox().resolve("bare-netty.json");
    Files.writeString(body, DOCUMENT);
    return body;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Long> pids() {
    return List.of(process.pid());
  }

  @Override
  public List<Integer> ports() {
    return List.of(port);
  }

  @Override
  public Workload workload() {
    return workload;
  }

  @Override
  public void await() {
    // It listens, and that is all.
  }

  @Override
  public int port(WorkKind work) {
    return port;
  }

  @Override
  public void close() {
    process.close();
  }
}
