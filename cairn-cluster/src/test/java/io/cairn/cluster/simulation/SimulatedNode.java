// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import io.cairn.cluster.ReplicaSetSetup;
import io.cairn.cluster.log.SimulatedFileSystem;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A machine: its disk and clock, what its operator has written down, and at times a process. */
final class SimulatedNode {

  /** A group's replica here, as the node's own records say. */
  record Replica(ReplicaSetSetup setup, MapMachine.Store store) {}

  private final World world;
  private final int number;
  private final String id;
  private final Random random;
  private final SimulatedFileSystem disk = new SimulatedFileSystem();
  private final Map<String, Replica> replicas = new TreeMap<>();

  /** The highest term said, by name in the log: survives the process, unlike what it must not. */
  private final Map<String, Long> terms = new HashMap<>();

  private SimulatedProcess process;
  private int incarnation;

  private double rate = 1;
  private long rateSince;
  private long clockAtRateChange;

  /** Events wait until then: the process stands still, or waits for its disk. */
  private long blockedUntil;

  /** How long the present event has taken so far. */
  private long elapsed;

  private long diskNanos;
  private int operationsToCrash = -1;
  private boolean diskBroken;

  SimulatedNode(World world, int number, String id, long seed) {
    this.world = world;
    this.number = number;
    this.id = id;
    this.random = new Random(seed);
    this.diskNanos = world.scenario().diskNanos();
    this.clockAtRateChange = random.nextInt(1 << 30);
  }

  @Override
  public String toString() {
    return id;
  }

  /** Returns its place among the nodes, from 0. */
  int number() {
    return number;
  }

  /** Returns how often it was started. */
  int incarnation() {
    return incarnation;
  }

  String id() {
    return id;
  }

  Random random() {
    return random;
  }

  SimulatedFileSystem disk() {
    return disk;
  }

  Map<String, Replica> replicas() {
    return replicas;
  }

  Map<String, Long> terms() {
    return terms;
  }

  /** Returns what runs here, or null. */
  SimulatedProcess process() {
    return process;
  }

  /** Returns true time, with what the present event here has taken. */
  long localNow() {
    return world.time().now() + elapsed;
  }

  /** Returns what this machine's clock says. */
  long clock() {
    return clockAtRateChange + (long) ((localNow() - rateSince) * rate);
  }

  /** Lets the clock run faster or slower from now on. */
  void rate(double newRate) {
    clockAtRateChange = clock();
    rateSince = localNow();
    rate = newRate;
  }

  /** The machine boots: what its clock counts from may be another time than before. */
  private void beginClockAnew() {
    long before = clock();
    clockAtRateChange =
        switch (random.nextInt(5)) {
          case 0 -> random.nextInt(1 << 30); // since the machine was switched on
          case 1 -> -(random.nextLong() >>> 2);
          case 2 -> before - (long) (random.nextDouble() * 10 * VirtualTime.SECONDS);
          case 3 -> before + (long) (random.nextDouble() * 10 * VirtualTime.SECONDS);
          default -> before;
        };
    rateSince = localNow();
  }

  long trueDelay(long clockDelay) {
    return (long) (clockDelay / rate) + 1;
  }

  boolean isBlocked() {
    return blockedUntil > world.time().now();
  }

  long blockedUntil() {
    return blockedUntil;
  }

  void pause(long nanos) {
    blockedUntil = Math.max(blockedUntil, world.time().now() + nanos);
  }

  void slowDisk(long nanos) {
    diskNanos = nanos;
  }

  /** The power will fail just before some operation of the disk. */
  void crashAfter(int operations) {
    operationsToCrash = operations;
  }

  /** Breaks the disk: every fsync fails, or every write, or space is out. */
  void breakDisk(int kind) {
    diskBroken = true;
    switch (kind) {
      case 0 -> disk.failForces("fsync failed");
      case 1 -> disk.failWrites("write failed");
      default -> disk.failAllocations("no space left");
    }
  }

  void mendDisk() {
    diskBroken = false;
    disk.failForces(null);
    disk.failWrites(null);
    disk.failAllocations(null);
  }

  /** Mends the disk, if it still is the one that broke under that process. */
  void mendDiskOf(SimulatedProcess user) {
    if (user == process) {
      mendDisk();
    }
  }

  boolean diskIsBroken() {
    return diskBroken;
  }

  void begin() {
    elapsed = 0;
  }

  /**
   * The present event has been on a thread of its own: the next need not wait for it. Returns how
   * long it has taken.
   */
  long goOn() {
    long taken = elapsed;
    elapsed = 0;
    return taken;
  }

  /** The event has ended; the next one must wait as long as it took. */
  void end() {
    blockedUntil = Math.max(blockedUntil, localNow());
    elapsed = 0;
  }

  void calmDown() {
    blockedUntil = Math.min(blockedUntil, world.time().now() + diskNanos);
    diskNanos = world.scenario().diskNanos();
    operationsToCrash = -1;
    if (process == null) {
      mendDisk();
    }
  }

  /** Starts a process, which resumes all replicas. */
  void start() {
    if (process != null) {
      return;
    }
    incarnation++;
    world.trace().note(id, "start", "", incarnation);
    SimulatedProcess started = new SimulatedProcess(world, this, incarnation);
    process = started;
    started.run(started::open);
  }

  /** Ends the process without warning; with a power failure, what was not synced may be lost. */
  void crash(boolean power) {
    SimulatedProcess ended = process;
    if (ended == null) {
      return;
    }
    world.trace().note(id, power ? "power fails" : "killed", "", incarnation);
    world.count(power ? "power failures" : "kills");
    process = null;
    operationsToCrash = -1;
    ended.die();
    if (power) {
      disk.losePower(random);
      beginClockAnew();
    } else {
      disk.crash();
    }
    mendDisk();
    blockedUntil = localNow();
    world.operator().restartLater(this);
  }

  /** Something is about to be done to the disk. */
  void diskUsed(SimulatedProcess by, String operation) throws IOException {
    if (by != process) {
      throw new IOException("the process is dead");
    }
    if (operationsToCrash >= 0 && operationsToCrash-- == 0) {
      crash(true);
      throw new IOException("the power has failed");
    }
    if (operation.equals("force") || operation.equals("syncDirectory")) {
      elapsed += 20 * VirtualTime.MICROS + (long) (random.nextDouble() * diskNanos);
    }
  }
}
