# Draws a figure from mirrors-01-exit-strategy-write-empty-walk.dat: gnuplot mirrors-01-exit-strategy-write-empty-walk.gp
reset
set encoding utf8
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid xtics ytics linecolor rgb '#dddddd' linetype 1
set key at screen 0.53,screen 0.92955 center top horizontal noenhanced samplen 4
set lmargin at screen 0.17031
set rmargin at screen 0.95
set tmargin at screen 0.80909
set bmargin at screen 0.25000
set label 1 "exit, strategy write, empty (walk)" at screen 0.5,0.95909 center noenhanced font ',15' textcolor rgb '#111111'
set label 2 "point: median; bar: p10 to p90; line: fixed + factor \052 N\136c; 1 ns: 1 instruction" at screen 0.5,0.07045 center noenhanced font ',11' textcolor rgb '#444444'
set label 3 "debian:6.1, 8 boots; debian:6.12, 8 boots; guest: distances are labels" at screen 0.5,0.02500 center noenhanced font ',12' textcolor rgb '#444444'
set label 4 "walk" at screen 0.025,0.52955 center rotate by 90 noenhanced textcolor rgb '#111111'
set logscale y
set yrange [76.154801:2522968.83]
set ytics ('' 80 1, '' 90 1, '100 ns' 100, '' 200 1, '' 300 1, '' 400 1, '' 500 1, '' 600 1, '' 700 1, '' 800 1, '' 900 1, '1 us' 1000, '' 2000 1, '' 3000 1, '' 4000 1, '' 5000 1, '' 6000 1, '' 7000 1, '' 8000 1, '' 9000 1, '10 us' 10000, '' 20000 1, '' 30000 1, '' 40000 1, '' 50000 1, '' 60000 1, '' 70000 1, '' 80000 1, '' 90000 1, '100 us' 100000, '' 200000 1, '' 300000 1, '' 400000 1, '' 500000 1, '' 600000 1, '' 700000 1, '' 800000 1, '' 900000 1, '1 ms' 1000000, '' 2000000 1)
set logscale x
set xrange [0.50697974:32316.8733]
set xtics ('1' 1, '32' 32, '1024' 1024, '16384' 16384)
set xlabel 'mirrors of one process (n = 224 per point)' noenhanced
set terminal svg size 640,440 dynamic noenhanced font 'sans-serif,14' background '#ffffff'
set output 'mirrors-01-exit-strategy-write-empty-walk.svg'
plot 'mirrors-01-exit-strategy-write-empty-walk.dat' index 0 using 2:4:3:5 with yerrorbars notitle linecolor rgb '#D55E00' linewidth 1 pointtype 9 pointsize 0.01, \
     '' index 0 using 2:4 with points notitle linecolor rgb '#D55E00' pointtype 9 pointsize 0.9, \
     '' index 2 using 1:2 with lines notitle linecolor rgb '#D55E00' linewidth 2 dashtype 2, \
     keyentry with linespoints linecolor rgb '#D55E00' linewidth 2 dashtype 2 pointtype 9 pointsize 0.9 title "debian:6.1: N\1361.000 ± .000", \
     'mirrors-01-exit-strategy-write-empty-walk.dat' index 1 using 2:4:3:5 with yerrorbars notitle linecolor rgb '#0072B2' linewidth 1 pointtype 7 pointsize 0.01, \
     '' index 1 using 2:4 with points notitle linecolor rgb '#0072B2' pointtype 7 pointsize 0.9, \
     '' index 3 using 1:2 with lines notitle linecolor rgb '#0072B2' linewidth 2 dashtype 1, \
     keyentry with linespoints linecolor rgb '#0072B2' linewidth 2 dashtype 1 pointtype 7 pointsize 0.9 title "debian:6.12: N\1361.000 ± .001"
set output
