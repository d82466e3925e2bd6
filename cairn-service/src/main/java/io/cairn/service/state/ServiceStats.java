// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.state;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import java.net.URI;
import java.util.EnumSet;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** All statistics of a service: the body of {@code /stats}. The map may be changed concurrently. */
@DocumentKind(ServiceStats.KIND)
public class ServiceStats extends ServiceDocument {
  public static final String KIND = "com:vmware:xenon:common:ServiceStats";
  public static final String STAT_NAME_SUFFIX_PER_HOUR = "PerHour";
  public static final String STAT_NAME_SUFFIX_PER_DAY = "PerDay";

  /** Tells a request body that replaces everything from one that replaces a single entry. */
  public @Nullable String kind;

  /** Name to statistic. */
  public Map<String, ServiceStat> entries = new ConcurrentHashMap<>();

  /** Counts of samples by order of magnitude. Guarded by the statistic that holds it. */
  public static class ServiceStatLogHistogram {
    /**
     * Bin {@code i} counts samples of at least 10^i and less than 10^(i+1); bin 0 also the rest.
     */
    public long[] bins = new long[15];

    void add(double sample) {
      int bin = sample < 1 ? 0 : (int) Math.floor(Math.log10(sample));
      bins[Math.min(Math.max(bin, 0), bins.length - 1)]++;
    }
  }

  /**
   * A bounded series of aggregates over equal spans of time. Adding is atomic; the bins may be read
   * while others add.
   */
  public static class TimeSeriesStats {

    /** What a bin keeps of its samples. */
    public enum AggregationType {
      AVG,
      MIN,
      MAX,
      SUM,
      LATEST
    }

    /** The aggregates of one span; those not asked for stay null. */
    public static class TimeBin {
      public @Nullable Double avg;

      /** Sum of squared distances from the mean (Welford's M2), not yet divided by the count. */
      public @Nullable Double var;

      public @Nullable Double min;
      public @Nullable Double max;
      public @Nullable Double sum;
      public @Nullable Double latest;
      public double count;
    }

    /** Start of the span in milliseconds since the epoch, to its aggregates. */
    public SortedMap<Long, TimeBin> bins = new ConcurrentSkipListMap<>();

    /** How many bins are kept; the oldest goes first. */
    public int numBins;

    /** Length of a span in milliseconds. */
    public long binDurationMillis;

    public EnumSet<AggregationType> aggregationType = EnumSet.noneOf(AggregationType.class);

    /** For the JSON codec. */
    public TimeSeriesStats() {}

    /**
     * An empty series.
     *
     * @throws IllegalArgumentException unless both numbers are positive
     */
    public TimeSeriesStats(
        int numBins, long binDurationMillis, EnumSet<AggregationType> aggregationType) {
      if (numBins < 1 || binDurationMillis < 1) {
        throw new IllegalArgumentException("numBins and binDurationMillis must be positive");
      }
      this.numBins = numBins;
      this.binDurationMillis = binDurationMillis;
      this.aggregationType = EnumSet.copyOf(aggregationType);
    }

    /**
     * Adds a sample; one older than the oldest bin of a full series is ignored.
     *
     * @param timestampMicros when it was taken, microseconds since the epoch
     * @param value the new value: what average, minimum, maximum and latest look at
     * @param delta the change of the value: what the sum adds up
     */
    public synchronized void add(long timestampMicros, double value, double delta) {
      long millis = TimeUnit.MICROSECONDS.toMillis(timestampMicros);
      long start = millis - Math.floorMod(millis, binDurationMillis);
      TimeBin bin = bins.get(start);
      if (bin == null) {
        if (bins.size() >= numBins) {
          if (start < bins.firstKey()) {
            return;
          }
          bins.remove(bins.firstKey());
        }
        bin = new TimeBin();
        bins.put(start, bin);
      }
      aggregate(bin, value, delta);
    }

    private void aggregate(TimeBin bin, double value, double delta) {
      bin.count++;
      for (AggregationType type : aggregationType) {
        switch (type) {
          case AVG -> addToMean(bin, value);
          case MIN -> bin.min = bin.min == null ? value : Math.min(bin.min, value);
          case MAX -> bin.max = bin.max == null ? value : Math.max(bin.max, value);
          case SUM -> bin.sum = (bin.sum == null ? 0 : bin.sum) + delta;
          case LATEST -> bin.latest = value;
        }
      }
    }

    // Welford's update: numerically stable in one pass.
    private static void addToMean(TimeBin bin, double value) {
      double oldMean = bin.avg == null ? 0 : bin.avg;
      double newMean = oldMean + (value - oldMean) / bin.count;
      double oldM2 = bin.var == null ? 0 : bin.var;
      bin.avg = newMean;
      bin.var = bin.count == 1 ? 0 : oldM2 + (value - oldMean) * (value - newMean);
    }
  }

  /** One statistic. {@link #set} and {@link #adjust} are atomic; the fields are for reading. */
  @DocumentKind(ServiceStat.KIND)
  public static class ServiceStat {
    public static final String KIND = "com:vmware:xenon:common:ServiceStats:ServiceStat";
    public static final String FIELD_NAME_NAME = "name";
    public static final String FIELD_NAME_VERSION = "version";
    public static final String FIELD_NAME_LATEST_VALUE = "latestValue";
    public static final String FIELD_NAME_UNIT = "unit";
    public static final String FIELD_NAME_LAST_UPDATE_TIME_MICROS_UTC = "lastUpdateMicrosUtc";

    public @Nullable String name;
    public double latestValue;

    /** Sum of all values set; adjusting does not count. */
    public double accumulatedValue;

    /** Number of changes. */
    public long version;

    /** When it last changed, microseconds since the epoch. */
    public long lastUpdateMicrosUtc;

    public String kind = KIND;
    public @Nullable String unit;

    /** When the source took the value; decides the bin of a time series if present. */
    public @Nullable Long sourceTimeMicrosUtc;

    public @Nullable URI serviceReference;
    public @Nullable ServiceStatLogHistogram logHistogram;
    public @Nullable TimeSeriesStats timeSeriesStats;

    /** Gives the statistic a new value. */
    public synchronized void set(double newValue, long nowMicros) {
      double delta = newValue - latestValue;
      accumulatedValue += newValue;
      record(newValue, delta, newValue, nowMicros);
    }

    /** Adds {@code delta} to the value. */
    public synchronized void adjust(double delta, long nowMicros) {
      record(latestValue + delta, delta, delta, nowMicros);
    }

    private void record(double newValue, double delta, double sample, long nowMicros) {
      latestValue = newValue;
      version++;
      lastUpdateMicrosUtc = nowMicros;
      if (logHistogram != null) {
        logHistogram.add(sample);
      }
      if (timeSeriesStats != null) {
        long time = sourceTimeMicrosUtc == null ? nowMicros : sourceTimeMicrosUtc;
        timeSeriesStats.add(time, newValue, delta);
      }
    }
  }
}
