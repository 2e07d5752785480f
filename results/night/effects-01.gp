# Draws a figure from effects-01.dat: gnuplot effects-01.gp
reset
set encoding utf8
set border 3 linecolor rgb '#444444'
set tics nomirror textcolor rgb '#222222'
set grid xtics ytics linecolor rgb '#dddddd' linetype 1
set key at screen 0.53,screen 0.96096 center top horizontal noenhanced samplen 4
set lmargin at screen 0.49062
set rmargin at screen 0.95
set tmargin at screen 0.89421
set bmargin at screen 0.13854
set label 1 "Change of every judged median (n = 8)" at screen 0.5,0.97733 center noenhanced font ',15' textcolor rgb '#111111'
set label 2 "left: faster; grey: below smallest effect; at frame: beyond; 1 ns: 1 instruction" at screen 0.5,0.03904 center noenhanced font ',11' textcolor rgb '#444444'
set label 3 "debian:6.1, 8 boots; debian:6.12, 8 boots; guest: distances are labels" at screen 0.5,0.01385 center noenhanced font ',12' textcolor rgb '#444444'
set label 4 "" at screen 0.025,0.51637 center rotate by 90 noenhanced textcolor rgb '#111111'
set xrange [-0.0117925249:0.0688569971]
set xtics ('0' 0, '+5 %%' 0.0487901642, '+2 %%' 0.0198026273, '-1 %%' -0.0100503359)
set yrange [0:600]
unset ytics
set label 10 "exit (walk)" at screen 0.01406,first 590 left textcolor rgb '#111111' noenhanced font ',12'
set label 11 "unregister" at screen 0.01406,first 170 left textcolor rgb '#111111' noenhanced font ',12'
set label 12 "strategy write, 1 mirror, empty" at screen 0.47656,first 570 right textcolor rgb '#222222' noenhanced font ',11'
set label 13 "strategy read, 1 mirror, empty" at screen 0.47656,first 550 right textcolor rgb '#222222' noenhanced font ',11'
set label 14 "strategy srcu, 1 mirror, empty" at screen 0.47656,first 530 right textcolor rgb '#222222' noenhanced font ',11'
set label 15 "strategy getput, 1 mirror, empty" at screen 0.47656,first 510 right textcolor rgb '#222222' noenhanced font ',11'
set label 16 "strategy write, 32 mirrors, empty" at screen 0.47656,first 490 right textcolor rgb '#222222' noenhanced font ',11'
set label 17 "strategy read, 32 mirrors, empty" at screen 0.47656,first 470 right textcolor rgb '#222222' noenhanced font ',11'
set label 18 "strategy srcu, 32 mirrors, empty" at screen 0.47656,first 450 right textcolor rgb '#222222' noenhanced font ',11'
set label 19 "strategy getput, 32 mirrors, empty" at screen 0.47656,first 430 right textcolor rgb '#222222' noenhanced font ',11'
set label 20 "strategy write, 1024 mirrors, empty" at screen 0.47656,first 410 right textcolor rgb '#222222' noenhanced font ',11'
set label 21 "strategy read, 1024 mirrors, empty" at screen 0.47656,first 390 right textcolor rgb '#222222' noenhanced font ',11'
set label 22 "strategy srcu, 1024 mirrors, empty" at screen 0.47656,first 370 right textcolor rgb '#222222' noenhanced font ',11'
set label 23 "strategy getput, 1024 mirrors, empty" at screen 0.47656,first 350 right textcolor rgb '#222222' noenhanced font ',11'
set label 24 "strategy write, 16384 mirrors, empty" at screen 0.47656,first 330 right textcolor rgb '#222222' noenhanced font ',11'
set label 25 "strategy read, 16384 mirrors, empty" at screen 0.47656,first 310 right textcolor rgb '#222222' noenhanced font ',11'
set label 26 "strategy srcu, 16384 mirrors, empty" at screen 0.47656,first 290 right textcolor rgb '#222222' noenhanced font ',11'
set label 27 "strategy getput, 16384 mirrors, empty" at screen 0.47656,first 270 right textcolor rgb '#222222' noenhanced font ',11'
set label 28 "strategy write, 32 mirrors, delay:2000" at screen 0.47656,first 250 right textcolor rgb '#222222' noenhanced font ',11'
set label 29 "strategy read, 32 mirrors, delay:2000" at screen 0.47656,first 230 right textcolor rgb '#222222' noenhanced font ',11'
set label 30 "strategy srcu, 32 mirrors, delay:2000" at screen 0.47656,first 210 right textcolor rgb '#222222' noenhanced font ',11'
set label 31 "strategy getput, 32 mirrors, delay:2000" at screen 0.47656,first 190 right textcolor rgb '#222222' noenhanced font ',11'
set label 32 "strategy write, 1 mirror" at screen 0.47656,first 150 right textcolor rgb '#222222' noenhanced font ',11'
set label 33 "strategy read, 1 mirror" at screen 0.47656,first 130 right textcolor rgb '#222222' noenhanced font ',11'
set label 34 "strategy srcu, 1 mirror" at screen 0.47656,first 110 right textcolor rgb '#222222' noenhanced font ',11'
set label 35 "strategy getput, 1 mirror" at screen 0.47656,first 90 right textcolor rgb '#222222' noenhanced font ',11'
set label 36 "strategy write, 256 mirrors" at screen 0.47656,first 70 right textcolor rgb '#222222' noenhanced font ',11'
set label 37 "strategy read, 256 mirrors" at screen 0.47656,first 50 right textcolor rgb '#222222' noenhanced font ',11'
set label 38 "strategy srcu, 256 mirrors" at screen 0.47656,first 30 right textcolor rgb '#222222' noenhanced font ',11'
set label 39 "strategy getput, 256 mirrors" at screen 0.47656,first 10 right textcolor rgb '#222222' noenhanced font ',11'
set xlabel "debian:6.12 over debian:6.1" noenhanced
within(x) = x < -0.0117925249 ? -0.0117925249 : x > 0.0688569971 ? 0.0688569971 : x
set key vertical maxrows 2 samplen 2 font ',12'
set terminal svg size 640,794 dynamic noenhanced font 'sans-serif,14' background '#ffffff'
set output 'effects-01.svg'
plot 'effects-01.dat' index 0 using (0):1:(-$3):3:($1-$2):($1+$2) with boxxyerror fillcolor rgb '#e4e4e4' fillstyle solid 1 noborder notitle, \
     '' index 0 using (0):($1-$2):(0):(2*$2) with vectors nohead linecolor rgb '#222222' linewidth 1 notitle, \
     '' index 1 using (within($2)):1:(within($3)):(within($4)) with xerrorbars linecolor rgb '#444444' linewidth 2 pointtype 5 pointsize 0.8 title 'EQUIVALENT', \
     '' index 2 using (within($2)):1:(within($3)):(within($4)) with xerrorbars linecolor rgb '#D55E00' linewidth 2 pointtype 9 pointsize 0.8 title 'REGRESSED', \
     '' index 3 using (within($2)):1:(within($3)):(within($4)) with xerrorbars linecolor rgb '#777777' linewidth 2 pointtype 2 pointsize 0.8 title 'no verdict'
set output
