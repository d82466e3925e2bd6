// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.network;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Makes sockets that belong to another network namespace of Linux. A socket belongs to the
 * namespace of the thread that made it, whoever uses it later; so one thread enters the namespace,
 * for good, and makes all the sockets. Thread-safe.
 */
@SuppressWarnings("restricted") // setns(2) has no other way in
final class NamespaceSockets implements AutoCloseable {

  private static final int NETWORK_NAMESPACE = 0x40000000;

  private final ExecutorService insider =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("namespace-sockets").factory());

  /**
   * Enters a namespace.
   *
   * @param name as {@code ip netns} lists it
   * @throws IOException if that is not possible
   */
  NamespaceSockets(String name) throws IOException {
    try {
      boolean _ =
          call(
              () -> {
                enter("/run/netns/" + name);
                return true;
              });
    } catch (IOException e) {
      insider.shutdownNow();
      throw e;
    }
  }

  private static void enter(String path) throws IOException {
    Linker linker = Linker.nativeLinker();
    try (Arena arena = Arena.ofConfined()) {
      MethodHandle open =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("open"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
              Linker.Option.firstVariadicArg(2));
      MethodHandle setns =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("setns"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
      MethodHandle close =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("close"),
              FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
      MemorySegment name = arena.allocateFrom(path);
      int file = (int) open.invokeExact(name, 0);
      if (file < 0) {
        throw new IOException("cannot open " + path);
      }
      int entered = (int) setns.invokeExact(file, NETWORK_NAMESPACE);
      int _ = (int) close.invokeExact(file);
      if (entered != 0) {
        throw new IOException("cannot enter " + path);
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException(e);
    }
  }

  /** A socket in the namespace, not connected. */
  SocketChannel open() throws IOException {
    return call(() -> SocketChannel.open(StandardProtocolFamily.INET));
  }

  /** Does something within the namespace. */
  <T> T call(Callable<T> task) throws IOException {
    try {
      return insider.submit(task).get();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() {
    insider.shutdownNow();
  }
}
