// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.micro;

import io.cairn.document.DocumentJson;
import io.cairn.service.examples.ExampleService;
import io.cairn.service.examples.ExampleService.ExampleServiceState;
import io.cairn.store.index.DocumentVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The documents that the benchmarks work on. */
final class Samples {

  static final String KIND = "com:vmware:xenon:services:common:ExampleService:ExampleServiceState";

  /** When the documents are from, and when it is for whoever reads them. */
  static final long NOW_MICROS = 1_795_332_906_712_000L;

  private Samples() {}

  static String link(long number) {
    return ExampleService.FACTORY_LINK + "/" + number;
  }

  static ExampleServiceState state(long number) {
    ExampleServiceState state = new ExampleServiceState();
    state.documentSelfLink = link(number);
    state.documentKind = KIND;
    state.documentUpdateTimeMicros = NOW_MICROS;
    state.documentUpdateAction = "PATCH";
    state.documentOwner = "011be8fa-ce53-83eb-75d3-77b7c95ed332";
    state.name = "name-" + number;
    state.counter = number;
    state.keyValues.put("colour", "green");
    state.keyValues.put("size", "large");
    state.keyValues.put("place", "here");
    return state;
  }

  static DocumentVersion version(long number, long version) {
    byte[] json = DocumentJson.standard().toBytes(state(number));
    return new DocumentVersion(
        link(number), KIND, version, 0, NOW_MICROS + version, "PATCH", 0, json);
  }

  static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      List<Path> inwards = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : inwards) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
