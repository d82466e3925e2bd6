// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.systems;

import io.cairn.benchmarks.load.FixedAnswers;
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

  private final int port;
  private final ServerProcess process;
  private final Workload workload = new FixedAnswers();

  /** Starts it. */
  public BareNetty(Launch launch, int port) throws IOException, InterruptedException {
    this.port = port;
    Path body = launch.sandbox().resolve("bare-netty.json");
    Files.writeString(body, DOCUMENT);
    this.process =
        ServerProcess.java(
            launch,
            System.getProperty("java.class.path"),
            port,
            List.of(BareServer.class.getName(), Integer.toString(port), body.toString()),
            "bare-netty.log");
  }

  @Override
  public String name() {
    return NAME;
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
