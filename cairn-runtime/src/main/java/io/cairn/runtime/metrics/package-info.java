// SPDX-License-Identifier: Apache-2.0
/** What a host tells of itself in numbers, for Prometheus. It counts nothing: others do. */
@NullMarked
package io.cairn.runtime.metrics;

import org.jspecify.annotations.NullMarked;
