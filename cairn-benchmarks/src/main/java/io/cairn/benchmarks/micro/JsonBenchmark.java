// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.micro;

import io.cairn.document.DocumentJson;
import io.cairn.document.DocumentSignature;
import io.cairn.service.examples.ExampleService.ExampleServiceState;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Reading, writing and signing a document of the example service; every update does each once. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class JsonBenchmark {

  private final DocumentJson codec = DocumentJson.standard();
  private final ExampleServiceState state = Samples.state(1);
  private final byte[] json = codec.toBytes(state);

  /** Makes an object of stored bytes. */
  @Benchmark
  public ExampleServiceState read() {
    return codec.fromJson(json, ExampleServiceState.class);
  }

  /** Makes bytes of an object. */
  @Benchmark
  public byte[] write() {
    return codec.toBytes(state);
  }

  /** The signature of stored bytes. */
  @Benchmark
  public String sign() {
    return DocumentSignature.standard().sign(json);
  }
}
