package io.tractor.benchmarks;

import java.util.List;

/**
 * Contenders that run in turn, and what is made of their figures.
 *
 * @param name the name for the table
 * @param pace how many rounds, and how long
 * @param measures what each contender's figures mean
 * @param contenders the contenders
 * @param ratios what is compared
 */
record Comparison(String name, Pace pace, List<Measure> measures, List<Contender> contenders, List<Ratio> ratios) {

}
